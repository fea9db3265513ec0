// Reads the built addon: nothing may be needed to load it beyond Node-API and the C and C++ runtimes, so that it loads on
// machines with neither TensorRT, CUDA nor ONNX Runtime.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const libraries = /^(libc|libm|libdl|libpthread|libstdc\+\+|libgcc_s|ld-linux-x86-64)\.so\.\d+$/
/** The version that a symbol is bound to says whose it is: GLIBC_2.34, GLIBCXX_3.4.30, CXXABI_1.3, GCC_3.0. */
const versions = /^(GLIBC|GLIBCXX|CXXABI|GCC)_[\d.]+$/
/** Unversioned, and provided by Node or optional. */
const names = /^(napi_\w+|node_api_\w+|__gmon_start__|_ITM_(de)?registerTMCloneTable|__cxa_finalize)$/

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const addon = process.argv[2] ?? join(root, 'build/Release/pdfnet_trt.node')

function readelf(...options) {
  return execFileSync('readelf', ['--wide', ...options, addon], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
    maxBuffer: 1 << 28,
  })
}

function neededLibraries() {
  return [...readelf('--dynamic').matchAll(/\(NEEDED\)\s+Shared library: \[(.+)\]/g)].map((match) => match[1])
}

function undefinedSymbols() {
  return [...readelf('--dyn-syms').matchAll(/ UND (\S+)/g)].map((match) => match[1])
}

function isAllowed(symbol) {
  const [name, version] = symbol.split(/@+/)
  return version === undefined ? names.test(name) : versions.test(version)
}

if (!existsSync(addon)) {
  console.error(`${addon}: not built; run: npm run build:native`)
  process.exit(1)
}
const needed = neededLibraries()
const symbols = undefinedSymbols()
const foreign = [...needed.filter((name) => !libraries.test(name)), ...symbols.filter((name) => !isAllowed(name))]
for (const name of foreign) console.error(`${addon}: needs ${name}, which is not of Node-API or the C and C++ runtimes`)
if (foreign.length === 0) console.log(`${needed.length} libraries and ${symbols.length} symbols, all of them allowed`)
process.exitCode = foreign.length === 0 ? 0 : 1
