/** The addon: what it finds, and sessions on the fake: order, bounds, cancelling, failures, memory. */

import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import test from 'ava'
import { isErrorCode } from '#dist/errors.js'
import { addon, type HostBinding } from '#dist/native.js'
import { floats, openFake, runOnce, valuesOf } from './native/addon.js'

const run = promisify(execFile)
const nowhere = { onnxruntime: [], tensorrt: [], rtx: [] }
const [x, y] = [(): HostBinding => floats('x', [1, 2, 3, 4]), (): HostBinding => floats('y', [0, 0, 0, 0])]

/** Outcomes in the order in which the promises settled. */
function watch(promises: readonly Promise<unknown>[]): { readonly order: number[]; readonly codes: unknown[] } {
  const order: number[] = []
  const codes: unknown[] = []
  promises.forEach((promise, index) => {
    promise.then(
      () => (order.push(index), (codes[index] = 'done')),
      (error: unknown) => (order.push(index), (codes[index] = (error as { code: unknown }).code)),
    )
  })
  return { order, codes }
}

test('The shipped addon loads, and knows no fake engine', async (t) => {
  const script = `
    import { addon } from '#dist/native.js'
    const options = { engine: 'fake', library: '/none', models: ['/none'], instances: 1, threads: 0 }
    addon().open(options, 1).catch((error) => console.log(error.code, error.message))`
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: root })
  t.is(stdout, 'ERR_ARGUMENT expected the name of an engine of this addon for engine, got "fake"\n')
})

test('Capabilities are found or say why not, for every library', async (t) => {
  const { cpu, cuda, tensorrt } = await addon().capabilities(nowhere)
  for (const capability of [cpu, cuda, tensorrt.enterprise, tensorrt.rtx]) {
    t.is(typeof capability.found, 'boolean')
    t.not(capability.reason, '')
    if (capability.found) t.regex(capability.path ?? '', /^\//)
  }
  t.true(cpu.cores >= 1)
  t.is(cuda.found, cuda.devices.length > 0)
})

test('Folders and files that are looked at are named in the reason', async (t) => {
  const folder = fileURLToPath(new URL('.', import.meta.url)).replace(/\/$/, '')
  const [text, gone] = [`${folder}/native.test.js`, `${folder}/libnvinfer.so.11`]
  const search = { onnxruntime: [folder], tensorrt: [text, gone], rtx: ['relative'] }
  const { cpu, tensorrt } = await addon().capabilities(search)
  t.true(cpu.reason.includes(`${folder}/libonnxruntime.so.1: No such file`))
  t.is(tensorrt.enterprise.reason, `${text}: not an x86-64 shared library; ${gone}: No such file or directory`)
  t.true(tensorrt.rtx.reason.includes('not an absolute path'))
})

test('Capabilities reject what is no search', async (t) => {
  await t.throwsAsync(addon().capabilities(undefined as never), { code: 'ERR_ARGUMENT' })
  await t.throwsAsync(addon().capabilities({ ...nowhere, rtx: [1] } as never), { code: 'ERR_ARGUMENT' })
})

test('A session says what its inputs and outputs are', async (t) => {
  const session = await openFake({ inputs: 'a:uint8:-1,2;b:float32:3', outputs: 'c:float32:1,-1' })
  t.deepEqual(session.models[0]!.inputs, [
    { name: 'a', dtype: 'uint8', shape: [-1, 2] },
    { name: 'b', dtype: 'float32', shape: [3] },
  ])
  t.deepEqual(session.models[0]!.outputs, [{ name: 'c', dtype: 'float32', shape: [1, -1] }])
  await session.dispose()
})

test('A run writes its outputs and says how long it waited and computed', async (t) => {
  const session = await openFake({ delay_ms: '20' })
  const out = y()
  const [queued = NaN, total = NaN, copyIn = NaN, compute = NaN, ...more] = await runOnce(session, [x()], [out], 1)
  t.deepEqual(valuesOf(out), [3, 5, 7, 9])
  t.true(queued >= 0 && queued < 1000)
  t.true(copyIn >= 0 && total >= compute && compute >= 19)
  t.is(more.length, 1)
  await session.dispose()
})

test('Runs of one instance go one after the other, in the order in which they came', async (t) => {
  const session = await openFake({ delay_ms: '30' })
  const began = performance.now()
  const runs = [1, 2, 3].map((ticket) => runOnce(session, [x()], [y()], ticket))
  const handedOver = performance.now()
  const { order } = watch(runs)
  const timings = await Promise.all(runs)
  t.deepEqual(order, [0, 1, 2])
  t.true(performance.now() - began > 3 * 30 - 1)
  t.true(timings[2]![0]! > 2 * 30 - (handedOver - began) - 1)
  await session.dispose()
})

test.serial('Instances compute at the same time', async (t) => {
  const session = await openFake({ delay_ms: '300' }, 3)
  const started = performance.now()
  const timings = await Promise.all([1, 2, 3].map((ticket) => runOnce(session, [x()], [y()], ticket)))
  t.true(performance.now() - started < 3 * 300)
  for (const [queued = NaN] of timings) t.true(queued < 300)
  await session.dispose()
})

test.serial('The event loop stays free while runs compute', async (t) => {
  const session = await openFake({ delay_ms: '300' })
  let turns = 0
  const timer = setInterval(() => turns++, 5)
  await runOnce(session, [x()], [y()], 1)
  clearInterval(timer)
  t.true(turns > 10)
  await session.dispose()
})

test('A full queue refuses the run that is too many, and takes more once it has room', async (t) => {
  const session = await openFake({ delay_ms: '50' })
  const runs = [1, 2, 3].map((ticket) => runOnce(session, [x()], [y()], ticket))
  const error = await t.throwsAsync(runOnce(session, [x()], [y()], 4), { code: 'ERR_QUEUE_FULL' })
  t.regex(error.message, /^3 runs are in flight/)
  await Promise.all(runs)
  await runOnce(session, [x()], [y()], 5)
  await session.dispose()
})

test('A queued run that is cancelled leaves at once; its place is free, the others go on', async (t) => {
  const session = await openFake({ delay_ms: '200' })
  const runs = [1, 2, 3].map((ticket) => runOnce(session, [x()], [y()], ticket))
  const { order, codes } = watch(runs)
  session.cancel(2)
  runs.push(runOnce(session, [x()], [y()], 4))
  await Promise.allSettled(runs)
  t.deepEqual(order, [1, 0, 2])
  t.deepEqual(codes, ['done', 'ERR_ABORTED', 'done'])
  await session.dispose()
})

test('A running run that is cancelled ends early, and the next one works', async (t) => {
  const session = await openFake({ delay_ms: '60000' })
  const running = runOnce(session, [x()], [y()], 1)
  const { codes } = watch([running])
  await sleep(30)
  session.cancel(1)
  await t.throwsAsync(running, { code: 'ERR_ABORTED', message: 'the run was cancelled' })
  t.deepEqual(codes, ['ERR_ABORTED'])
  const next = runOnce(session, [x()], [y()], 1)
  session.cancel(1)
  await t.throwsAsync(next, { code: 'ERR_ABORTED' })
  await session.dispose()
})

test('Cancelling a ticket that is not in flight does nothing', async (t) => {
  const session = await openFake()
  session.cancel(7)
  session.cancel(undefined as never)
  const out = y()
  await runOnce(session, [x()], [out], 7)
  session.cancel(7)
  await runOnce(session, [x()], [out], 7)
  t.deepEqual(valuesOf(out), [3, 5, 7, 9])
  await session.dispose()
})

test('A cancel that comes at any time ends its own run only', async (t) => {
  const session = await openFake({ delay_ms: '1' })
  for (let ticket = 0; ticket < 200; ticket += 2) {
    const cancelled = runOnce(session, [x()], [y()], ticket)
    const kept = runOnce(session, [x()], [y()], ticket + 1)
    const end = performance.now() + (ticket % 20) / 8
    while (performance.now() < end);
    session.cancel(ticket)
    await cancelled.catch((error: unknown) => t.is((error as { code: string }).code, 'ERR_ABORTED'))
    await t.notThrowsAsync(kept)
  }
  await session.dispose()
})

test('A disposed session refuses new runs at once, and resolves when those in flight have ended', async (t) => {
  const session = await openFake({ delay_ms: '50' })
  const runs = [runOnce(session, [x()], [y()], 1), runOnce(session, [x()], [y()], 2)]
  const disposed = session.dispose()
  const late = runOnce(session, [x()], [y()], 3)
  const { order, codes } = watch([...runs, disposed, late, session.dispose()])
  await Promise.allSettled([...runs, disposed, late])
  await session.dispose()
  t.deepEqual(codes, ['done', 'done', 'done', 'ERR_DISPOSED', 'done'])
  t.deepEqual(order, [3, 0, 1, 2, 4])
})

test('An opening that is cancelled ends early', async (t) => {
  const settings = { load_ms: '60000' }
  const options = { engine: 'fake', library: '/none', models: ['/none'], instances: 1, threads: 0, settings } as const
  const opening = addon().open(options, 41)
  await sleep(20)
  addon().cancelOpen(40)
  addon().cancelOpen(41)
  await t.throwsAsync(opening, { code: 'ERR_ABORTED' })
})

const openArguments = [
  ['no options', undefined],
  ['an unknown engine', { engine: 'none' }],
  ['a relative library', { library: 'libonnxruntime.so.1' }],
  ['a relative model', { models: ['model.onnx'] }],
  ['no model', { models: [] }],
  ['no instance', { instances: 0 }],
  ['too many instances', { instances: 1e6 }],
  ['part of an instance', { instances: 1.5 }],
  ['negative threads', { threads: -1 }],
  ['threads that are no number', { threads: NaN }],
  ['settings that are not strings', { settings: { scale: 2 } }],
] as const

for (const [what, wrong] of openArguments) {
  test(`Opening with ${what} is refused`, async (t) => {
    const options = { engine: 'fake', library: '/none', models: ['/none'], instances: 1, threads: 0 }
    const error = await t.throwsAsync(addon().open((wrong && { ...options, ...wrong }) as never, 1), {
      code: 'ERR_ARGUMENT',
    })
    t.regex(error.message, /^expected .* for .*, got /)
  })
}

for (const stage of ['load', 'stream', 'create']) {
  test(`An opening that fails at ${stage} says so with the engine's code`, async (t) => {
    const error = await t.throwsAsync(openFake({ fail_at: stage, fail_code: 'ERR_MEMORY' }, 2), { code: 'ERR_MEMORY' })
    t.is(error.message, `the fake fails at ${stage}`)
  })
}

test('An instance that cannot be had ends the opening, and those before it are released', async (t) => {
  await t.throwsAsync(openFake({ fail_at: 'create', fail_nth: '3' }, 3), { code: 'ERR_ENGINE_RUN' })
})

for (const stage of ['bind', 'enqueue', 'wait']) {
  test(`A run that fails at ${stage} is the only one that does`, async (t) => {
    const nth = stage === 'bind' ? '4' : '2' // every run binds two tensors
    const session = await openFake({ fail_at: stage, fail_nth: nth, fail_code: 'ERR_ENGINE_RUN' })
    const outs = [y(), y(), y()]
    const runs = outs.map((out, ticket) => runOnce(session, [x()], [out], ticket))
    const { codes } = watch(runs)
    await Promise.allSettled(runs)
    t.deepEqual(codes, ['done', 'ERR_ENGINE_RUN', 'done'])
    t.deepEqual(valuesOf(outs[1]!), [0, 0, 0, 0])
    t.deepEqual(valuesOf(outs[2]!), [3, 5, 7, 9])
    await session.dispose()
  })
}

test('Every error of the addon has a code of the catalogue', async (t) => {
  const failed = await t.throwsAsync(openFake({ fail_at: 'load' }))
  t.true(isErrorCode((failed as Error & { code: string }).code))
})

test('A session that is collected without dispose ends on its own', async (t) => {
  const collect = (globalThis as { gc?: () => void }).gc
  if (collect === undefined) return t.pass()
  let session: unknown = await openFake({ bytes: '100000000' })
  const seen = new WeakRef(session as object)
  t.truthy(seen.deref())
  session = undefined
  for (let turn = 0; turn < 50 && seen.deref() !== undefined; turn++) {
    await sleep(5)
    collect()
  }
  t.is(seen.deref(), undefined)
})

test('A session whose run is in flight is not collected', async (t) => {
  const out = y()
  const running = openFake({ delay_ms: '100' }).then((session) => runOnce(session, [x()], [out], 1))
  for (let turn = 0; turn < 10; turn++) {
    await sleep(5)
    ;(globalThis as { gc?: () => void }).gc?.()
  }
  await running
  t.deepEqual(valuesOf(out), [3, 5, 7, 9])
})

test('V8 is told of the memory that a session holds', async (t) => {
  const before = process.memoryUsage().external
  const model = fileURLToPath(import.meta.url)
  const options = { engine: 'fake', library: '/none', models: [model], instances: 1, threads: 0 } as const
  const session = await addon().open(options, 1)
  t.true(process.memoryUsage().external > before)
  await session.dispose()
})

test('The class of a session makes none by itself', async (t) => {
  const session = await openFake()
  const Made = session.constructor as new () => unknown
  t.throws(() => new Made(), { message: 'sessions are made by open()' })
  await session.dispose()
})
