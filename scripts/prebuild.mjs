/**
 * Makes prebuilds/linux-x64: the addon and, beside it, the program that builds engines, for every system that Node 20 runs
 * on. Needs CMake, make (or Ninja), Python's pip and binutils, and the network once, for the compiler and TensorRT's
 * headers. dist/ must have been built.
 */

import { chmod, copyFile, mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { fetchHeaders } from './fetch-headers.mjs'
import { addonName, glibc, prebuildProblems, programName } from './prebuild/check.mjs'
import { zig, zigEnvironment } from './prebuild/zig.mjs'
import { root, run, runWhenMain, step } from './steps.mjs'

const target = join(root, 'prebuilds/linux-x64')

async function compile(compiler, folder) {
  const cmakeJs = join(dirname(createRequire(import.meta.url).resolve('cmake-js/package.json')), 'bin/cmake-js')
  const definitions = {
    CMAKE_CXX_COMPILER: [compiler, 'c++', '-target', `x86_64-linux-gnu.${glibc}`].join(';'),
    CMAKE_SHARED_LINKER_FLAGS: '-s',
    CMAKE_EXE_LINKER_FLAGS: '-s -pie',
    PDFNET_PREBUILD: 'ON',
  }
  const options = ['--directory', root, '--out', folder, '--parallel', String(availableParallelism())]
  const defined = Object.entries(definitions).map(([name, value]) => `--CD${name}=${value}`)
  // No CXX, CXXFLAGS or CPATH of this machine's.
  const { PATH, HOME } = process.env
  const env = { PATH, HOME, ...zigEnvironment }
  await run(process.execPath, [cmakeJs, 'build', ...options, ...defined], { env })
}

/** A new folder each time, so that nothing of an earlier build is in it. */
async function prebuild() {
  let compiler
  await step('compiler', async () => (compiler = await zig()))
  await step('TensorRT headers', fetchHeaders)
  const work = await mkdtemp(join(root, 'build/prebuild-'))
  try {
    await step('compile', () => compile(compiler, work))
    const made = join(work, 'prebuild')
    await mkdir(made)
    await copyFile(join(work, 'Release/pdfnet_trt.node'), join(made, addonName))
    await copyFile(join(work, 'Release', programName), join(made, programName))
    await chmod(join(made, addonName), 0o644)
    await chmod(join(made, programName), 0o755)
    await step('check', async () => {
      const problems = await prebuildProblems(made)
      if (problems.length > 0) throw new Error(problems.join('\n'))
    })
    await rm(target, { recursive: true, force: true })
    await mkdir(dirname(target), { recursive: true })
    await rename(made, target)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  for (const name of [addonName, programName])
    console.log(`${join(target, name)}: ${(await stat(join(target, name))).size} bytes`)
}

await runWhenMain(import.meta.url, prebuild)
