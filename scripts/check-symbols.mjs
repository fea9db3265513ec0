/**
 * Holds that nothing is needed to load the addon beyond Node-API and the C and C++ runtimes, so that it loads on machines
 * with neither TensorRT, CUDA nor ONNX Runtime. `node scripts/check-symbols.mjs [FILE]`: by default what was built here.
 */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { neededLibraries, undefinedSymbols } from './elf.mjs'
import { root, runWhenMain } from './steps.mjs'

const libraries = /^(libc|libm|libdl|libpthread|libstdc\+\+|libgcc_s|ld-linux-x86-64)\.so\.\d+$/
/** The version that a symbol is bound to says whose it is: GLIBC_2.34, GLIBCXX_3.4.30, CXXABI_1.3, GCC_3.0. */
const versions = /^(GLIBC|GLIBCXX|CXXABI|GCC)_[\d.]+$/
/** Unversioned, and provided by Node or optional. */
const names = /^(napi_\w+|node_api_\w+|__gmon_start__|_ITM_(de)?registerTMCloneTable|__cxa_finalize)$/

function isAllowed(symbol) {
  const [name, version] = symbol.split(/@+/)
  return version === undefined ? names.test(name) : versions.test(version)
}

/** What an addon needs and must not: sonames and symbols. */
export async function foreignNeeds(file) {
  const foreignLibraries = (await neededLibraries(file)).filter((name) => !libraries.test(name))
  const foreignSymbols = (await undefinedSymbols(file)).filter((symbol) => !isAllowed(symbol))
  return [...foreignLibraries, ...foreignSymbols]
}

await runWhenMain(import.meta.url, async () => {
  const file = process.argv[2] ?? join(root, 'build/Release/pdfnet_trt.node')
  if (!existsSync(file)) throw new Error(`${file}: not built; run: npm run build:native`)
  const lines = (await foreignNeeds(file)).map(
    (name) => `${file}: needs ${name}, which is not of Node-API or the C and C++ runtimes`,
  )
  if (lines.length > 0) throw new Error(lines.join('\n'))
  console.log(`${file}: needs nothing but Node-API and the C and C++ runtimes`)
})
