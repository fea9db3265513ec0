// Builds the addon and the tests' target with cmake-js, and puts them where Node and the tests look. Needs a C++17
// compiler, CMake and make (or Ninja), no Python, and the network only for TensorRT's headers where they are not here.
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fetchHeaders } from './fetch-headers.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const work = join(root, 'build/cmake')
const places = {
  'pdfnet_trt.node': join(root, 'build/Release'),
  'pdfnet_trt_test.node': join(root, 'build/native'),
  'fake_cuda.so': join(root, 'build/native'),
  'fake_tensorrt.so': join(root, 'build/native'),
  'lose_context.so': join(root, 'build/native'),
  'libold_onnxruntime.so': join(root, 'build/native'),
  'pdfnet-trt-build': join(root, 'build/Release'),
  table_driver: join(root, 'build/native'),
}

/** A fake of TensorRT's runtime for each ABI whose headers were found. */
const runtimes = /^fake_runtime_\w+\.so$/

/** What is needed, and the names under which it is looked for. */
const tools = {
  'a C++17 compiler': [process.env.CXX, 'c++', 'g++', 'clang++'],
  CMake: ['cmake'],
  'make (or Ninja)': ['make', 'ninja'],
}

function stop(message) {
  console.error(message)
  process.exit(1)
}

function checkTools() {
  const runs = (tool) => tool && spawnSync(tool, ['--version'], { stdio: 'ignore' }).status === 0
  const missing = Object.keys(tools).filter((what) => !tools[what].some(runs))
  if (missing.length > 0) stop(`building the native addon needs ${missing.join(', ')}: not found on PATH`)
}

/** CMake refuses a build folder that was made for another source folder: where a clone was moved. */
function dropForeignCache() {
  const cache = join(work, 'CMakeCache.txt')
  if (!existsSync(cache)) return
  if (!readFileSync(cache, 'utf8').includes(`\nCMAKE_HOME_DIRECTORY:INTERNAL=${root}\n`))
    rmSync(work, { recursive: true })
}

function compile() {
  const cmakeJs = join(dirname(createRequire(import.meta.url).resolve('cmake-js/package.json')), 'bin/cmake-js')
  const options = ['--directory', root, '--out', work, '--CDPDFNET_TESTS=ON', '--log-level', 'warn']
  const build = [cmakeJs, 'build', ...options, '--parallel', String(availableParallelism())]
  const result = spawnSync(process.execPath, build, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 })
  if (result.status !== 0) stop(`${result.stdout}${result.stderr}\nbuilding the native addon failed`)
  process.stderr.write(result.stderr)
}

/** By renaming: a process that runs the old one keeps its file. */
function place(name, folder) {
  const from = join(work, 'Release', name)
  const to = join(folder, name)
  if (existsSync(to) && readFileSync(to).equals(readFileSync(from))) return
  mkdirSync(folder, { recursive: true })
  const temporary = `${to}.${process.pid}`
  copyFileSync(from, temporary)
  renameSync(temporary, to)
}

checkTools()
dropForeignCache()
console.error(`TensorRT headers: ${await fetchHeaders()}`)
compile()
for (const [name, folder] of Object.entries(places)) place(name, folder)
for (const name of readdirSync(join(work, 'Release')).filter((name) => runtimes.test(name))) {
  place(name, join(root, 'build/native'))
}
