/**
 * TensorRT behind the engine table, without a GPU: a program calls the table on a fake driver and a fake runtime, which
 * are strict about what CUDA and TensorRT demand (see test/native/table/ and the fakes beside it).
 */

import { execFile } from 'node:child_process'
import { copyFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import test, { type ExecutionContext } from 'ava'
import { addon } from '#dist/native.js'
import { temporaryFolder } from './addon.js'
import type { FakeRun } from './tensorrt-run.js'

const built = fileURLToPath(new URL('../../native/', import.meta.url))
const run = promisify(execFile)

interface Driver {
  /** What the fake driver says: see test/native/fake_cuda.cc; undefined: there is none. */
  readonly cuda?: string
}

/** A folder with a fake driver in it, and the environment in which it is found. */
async function writeDriver(t: ExecutionContext, { cuda = '12040 0 9.0' }: Driver = {}) {
  const folder = await temporaryFolder(t)
  await copyFile(join(built, 'fake_cuda.so'), join(folder, 'libcuda.so.1'))
  return { folder, env: { ...process.env, LD_LIBRARY_PATH: folder, PDFNET_FAKE_CUDA: cuda } }
}

/** The fake runtimes of the ABIs whose headers were found; with none the test is passed over, aloud. */
async function runtimes(t: ExecutionContext): Promise<readonly string[]> {
  const names = (await readdir(built)).filter((name) => /^fake_runtime_\w+\.so$/.test(name))
  if (names.length === 0) t.log('passed over: TensorRT’s headers were not found (see scripts/fetch-headers.mjs)')
  return names.map((name) => join(built, name))
}

const checks = {
  chains: 'a chain of two engines on one stream gives the right numbers, and all memory goes back',
  marks: 'marks tell the time between them, and a new run begins without any',
  captures: 'runs that repeat become CUDA graphs with the second one, by the library itself where it can',
  'captures-off': 'cuda_graphs=off captures nothing',
  'mixed-sizes': 'pictures of mixed sizes share an arena that grows, and more sizes than there is room for take turns',
  uncapturable: 'an engine that cannot be captured runs on without graphs',
  broken: 'an engine that fails rejects with what the library said',
  'host-values': 'the values of a shape belong to their run: the memory that they came from may change at once',
  'host-outputs': 'an output on the host is there after the run',
  'bad-bindings': 'shapes, sizes and addresses that do not fit are refused by name, and the session goes on',
  'bad-files': 'a missing, empty or foreign plan or library is refused with the reason',
  cancels: 'a cancelled run enqueues no more, and a cancelled opening fails',
  'full-memory': 'a GPU without room says what was needed and what is free, and the session goes on',
  failures:
    'whichever call of CUDA fails, one run fails at most, nothing is read too late or leaks, and all later ones work',
  lost: 'whichever call of CUDA kills the context, all that follows fails at once and touches it no more',
  turns: 'engines of several streams compute one after the other, whichever call fails',
  'runtime-cache': 'the library’s runtime cache is filled by the first run and read by the next process',
} as const

for (const [check, title] of Object.entries(checks)) {
  test(title, async (t) => {
    for (const runtime of await runtimes(t)) {
      const { folder, env } = await writeDriver(t)
      await t.notThrowsAsync(run(join(built, 'table_driver'), [check, runtime, folder], { env }), runtime)
    }
    t.pass()
  })
}

test('without a GPU, or with a driver that does not work, an opening says so before it calls TensorRT', async (t) => {
  for (const runtime of await runtimes(t)) {
    for (const cuda of ['12040 0', '12040 803 9.0']) {
      const { folder, env } = await writeDriver(t, { cuda })
      await t.notThrowsAsync(run(join(built, 'table_driver'), ['no-gpu', runtime, folder], { env }))
    }
  }
  t.pass()
})

test('a session on the fakes runs a chain, keeps what is between its engines on the device, rejects the run that a failing call of CUDA hits, and tells a lost GPU', async (t) => {
  for (const runtime of await runtimes(t)) {
    const { folder, env } = await writeDriver(t)
    const plan = join(folder, 'plan')
    await writeFile(plan, 'fake plan\ninput x 0 -1 64\noutput y 0 -1 64\nmemory 16\n')
    const program = fileURLToPath(new URL('tensorrt-run.js', import.meta.url))
    const { stdout } = await run(process.execPath, ['-C', 'pdfnet-test', program, runtime, plan], { env })
    const result = JSON.parse(stdout) as FakeRun
    t.deepEqual(result.values, [7, 7, 7, 7, 7, 7])
    t.is(result.steps, 2)
    for (const [fault, codes] of Object.entries(result.faults)) {
      const isMemory = fault.endsWith(':2') && !fault.startsWith('fake_cuda')
      t.deepEqual(codes, [isMemory ? 'ERR_GPU_MEMORY' : 'ERR_ENGINE_RUN', 'no error', 'no error', 'no error'], fault)
    }
    t.is(result.lost, 'ERR_GPU_LOST')
    t.is(result.later, 'ERR_GPU_LOST')
    t.regex(result.capability, /GPU 0 was lost: .*CUDA_ERROR_ILLEGAL_ADDRESS/)
  }
  t.pass()
})

test('a library that is not TensorRT, or not there, cannot be opened', async (t) => {
  const options = { engine: 'tensorrt', models: ['/none'], instances: 1, threads: 0 } as const
  for (const library of ['/none/libnvinfer.so.11', join(built, 'fake_cuda.so')]) {
    await t.throwsAsync(addon().open({ ...options, library }, 1), { code: 'ERR_LIBRARY_LOAD' })
  }
})
