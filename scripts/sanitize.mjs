/**
 * `npm run sanitize`: the native code under ASan with LeakSanitizer and UBSan, and under TSan. Builds it into
 * build/sanitize/, runs the checks of test/native/table and test/native/session, and under ASan in Node a hundredth of
 * the soak and the tests of native/pixels. Needs what the addon's build needs, and the compiler's sanitizers.
 */

import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { availableParallelism, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fetchHeaders } from './fetch-headers.mjs'
import { soak, soaks } from './soak.mjs'
import { root, run, runWhenMain, step } from './steps.mjs'

const sanitizers = {
  address: {
    flags: ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'],
    targets: ['drivers', 'pdfnet_trt_test'],
  },
  thread: { flags: ['-fsanitize=thread'], targets: ['drivers'] },
}

/** What all checks run with: each finding ends the process that has it, a forked one too. */
const options = {
  ASAN_OPTIONS: 'detect_leaks=1:detect_stack_use_after_return=1',
  UBSAN_OPTIONS: 'print_stacktrace=1',
  TSAN_OPTIONS: 'halt_on_error=1:second_deadlock_stack=1',
}

/** A driver as the fake of CUDA tells of it: one GPU, or none. */
const oneGpu = '12040 0 9.0'
const noGpu = '12040 0'

/** Tests that go through all of native/pixels. */
const usersOfPixels = [
  ...['area', 'composite', 'cutout', 'foreground'].map((name) => `image/${name}`),
  ...['eval/reference', 'matting/augmentation', 'matting/detail', 'matting/frames*', 'native/multiply'],
]

function outputs(name) {
  return join(root, 'build/sanitize', name, 'out')
}

async function build(name) {
  const folder = join(root, 'build/sanitize', name)
  const { flags: own, targets } = sanitizers[name]
  const flags = ['-O1', '-g1', '-fno-omit-frame-pointer', ...own].join(' ')
  const folderOf = (module) => dirname(createRequire(import.meta.url).resolve(`${module}/package.json`))
  const headers = [join(folderOf('node-api-headers'), 'include'), folderOf('node-addon-api')].join(';')
  await run('cmake', [
    ...['-S', root, '-B', folder, '-DPDFNET_TESTS=ON', `-DCMAKE_CXX_FLAGS=${flags}`, `-DCMAKE_JS_INC=${headers}`],
    `-DCMAKE_LIBRARY_OUTPUT_DIRECTORY=${outputs(name)}`,
  ])
  await run('cmake', ['--build', folder, '--parallel', String(availableParallelism()), '--target', ...targets])
}

async function check(name) {
  const folder = outputs(name)
  const runtimes = (await readdir(folder)).filter((file) => file.startsWith('fake_runtime_'))
  const driver = async (file) => ({ file: join(folder, file), checks: await listChecks(join(folder, file)) })
  const [session, table] = await Promise.all(['session_driver', 'table_driver'].map(driver))
  const works = [
    ...table.checks.flatMap((one) => runtimes.map((file) => () => checkTable(table.file, one, join(folder, file)))),
    ...session.checks.map((one) => () => run(session.file, [one], { env: { ...process.env, ...options } })),
  ]
  const count = works.length
  const worker = async () => {
    for (let work = works.shift(); work; work = works.shift()) await work()
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))
  return `${count} checks, ${runtimes.length} fakes of TensorRT`
}

async function listChecks(file) {
  return (await run(file, [])).trim().split('\n')
}

/** In a folder of its own, with the fake of CUDA where the loader looks first. */
async function checkTable(file, name, runtime) {
  const folder = await mkdtemp(join(tmpdir(), 'pdfnet-trt-sanitize-'))
  try {
    await copyFile(join(dirname(file), 'fake_cuda.so'), join(folder, 'libcuda.so.1'))
    const cuda = { LD_LIBRARY_PATH: folder, PDFNET_FAKE_CUDA: name === 'no-gpu' ? noGpu : oneGpu }
    await run(file, [name, runtime, folder], { env: { ...process.env, ...options, ...cuda } })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Of a process of Node whose tests' addon is under ASan. */
async function inNode() {
  const library = async (name) => (await run(process.env.CXX ?? 'c++', [`-print-file-name=${name}`])).trim()
  const libraries = await Promise.all(['libasan.so', 'libubsan.so'].map(library))
  const addon = join(outputs('address'), 'pdfnet_trt_test.node')
  return { ...process.env, ...options, LD_PRELOAD: libraries.join(':'), PDFNET_TEST_ADDON: addon }
}

/** Leaks are looked for at the end of each process; Node itself has none there. */
async function soakInNode() {
  const env = await inNode()
  for (const [name, , times] of soaks) await soak(name, times / 100, { samples: 1, env })
}

/** Leaks are not looked for: libvips, which reads the tests' pictures, keeps what it allocated. */
async function pixelTests() {
  const env = { ...(await inNode()), ASAN_OPTIONS: 'detect_leaks=0' }
  const files = usersOfPixels.map((file) => `build/test/${file}.test.js`)
  await run(process.execPath, ['node_modules/ava/entrypoints/cli.mjs', ...files], { cwd: root, env })
}

await runWhenMain(import.meta.url, async () => {
  console.log(`TensorRT headers: ${await fetchHeaders()}`)
  for (const name of Object.keys(sanitizers)) {
    await step(`${name}: build`, () => build(name))
    await step(`${name}: checks`, () => check(name))
  }
  await step('address: soak in Node', soakInNode)
  await step('address: tests of pixels in Node', pixelTests)
})
