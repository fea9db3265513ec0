import test from 'ava'
import { PdfnetError } from '#dist/errors.js'
import type { Matte } from '#dist/matting/index.js'
import { Schedule, type Pass } from '#dist/matting/schedule.js'
import type { Chain, ChainItem, ChainResult } from '#dist/runtime/index.js'

/** A chain whose runs take until they are let go, and that notes what it ran together. */
class HeldChain implements Pick<Chain, 'run' | 'sizes'> {
  readonly batches: string[] = []
  readonly letGo: (() => void)[] = []

  constructor(readonly sizes: readonly number[] = [1]) {}

  async run(items: readonly ChainItem[]): Promise<readonly ChainResult[]> {
    this.batches.push(items.map(({ picture }) => picture.width).join(' '))
    await new Promise<void>((resolve) => this.letGo.push(resolve))
    return items.map(({ picture: { width } }) => ({
      matte: { dtype: 'uint8', shape: [1, width], data: new Uint8Array(width) },
      timings: { queued: 1, copyIn: 0, pre: 2, core: 3, post: 4, copyOut: 0 },
      batch: items.length,
    }))
  }
}

/** Infers a picture of one row, and gives a matte of which only the timings are real. */
function pass(width: number, began?: () => void): Pass<Matte> {
  return async (infer) => {
    began?.()
    const data = new Uint8Array(3 * width)
    const { timings } = await infer({ picture: { data, width, height: 1 }, type: 'uint8' })
    const matte: unknown = { timings: { decode: 5, ...timings } }
    return matte as Matte
  }
}

function soon(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

test('pictures are decoded while others are inferred, and those that wait for the engine go together', async (t) => {
  const chain = new HeldChain([1, 2])
  const schedule = new Schedule(chain, { concurrency: 1, capacity: 100 })
  const decoded: number[] = []
  const run = (width: number): Promise<Matte> =>
    schedule.run(
      pass(width, () => decoded.push(width)),
      {},
    )
  const mattes = [run(1)]
  await soon()
  mattes.push(...[2, 3, 4, 5, 6].map(run))
  await soon()
  t.deepEqual(chain.batches, ['1'])
  t.deepEqual(decoded, [1, 2, 3, 4])
  t.like(schedule.metrics(), { running: 4, waiting: 2 })
  while (schedule.metrics().running > 0) {
    chain.letGo.shift()?.()
    await soon()
  }
  await Promise.all(mattes)
  t.deepEqual(chain.batches, ['1', '2 3', '4 5', '6'])
})

test('a matte says how long it was queued in all, and metrics tell of each stage', async (t) => {
  const chain = new HeldChain()
  const schedule = new Schedule(chain, { concurrency: 1, capacity: 100 })
  const matte = schedule.run(pass(10), {})
  await soon()
  chain.letGo[0]!()
  const { timings } = await matte
  t.true(timings.queued >= 1)
  const metrics = schedule.metrics()
  t.like(metrics, { runs: 1, failures: {}, bytesIn: 30, bytesOut: 10, waiting: 0, running: 0 })
  const stages = ['copyIn', 'copyOut', 'core', 'decode', 'post', 'pre', 'queued', 'total']
  t.deepEqual(Object.keys(metrics.times).sort(), stages)
  t.is(metrics.times.queued!.sum, timings.queued)
  t.like(metrics.times.core, { count: 1, p50: 3 })
})

test('a deadline counts on to the inference, and failures are counted by their codes', async (t) => {
  const chain = new HeldChain()
  const schedule = new Schedule(chain, { concurrency: 1, capacity: 0 })
  const first = schedule.run(pass(1), {})
  await soon()
  await t.throwsAsync(schedule.run(pass(2), { deadline: 20 }), { code: 'ERR_DEADLINE' })
  const failing = schedule.run(() => Promise.reject(new PdfnetError('ERR_INPUT_FORMAT', 'no picture')), {})
  await t.throwsAsync(failing, { code: 'ERR_INPUT_FORMAT' })
  await t.throwsAsync(schedule.run(pass(3), { priority: 100 }), { code: 'ERR_ARGUMENT' })
  chain.letGo[0]!()
  await first
  t.deepEqual(chain.batches, ['1'])
  t.deepEqual(schedule.metrics().failures, { ERR_DEADLINE: 1, ERR_INPUT_FORMAT: 1, ERR_ARGUMENT: 1 })
  await schedule.close()
  await t.throwsAsync(schedule.run(pass(4), {}), { code: 'ERR_DISPOSED' })
})

/** Work of which each piece lasts until it is let go. */
class Held {
  private readonly ends: (() => void)[] = []

  get count(): number {
    return this.ends.length
  }

  readonly work = (): Promise<void> => new Promise((resolve) => this.ends.push(resolve))

  async letGo(): Promise<void> {
    for (const end of this.ends.splice(0)) end()
    await soon()
  }
}

test('all cores decode, or write, while the engines have what they can, and no more pictures than that are begun', async (t) => {
  const working = 16
  const chain = new HeldChain()
  const schedule = new Schedule(chain, { concurrency: 1, capacity: 100, ahead: 1, working })
  const decoding = new Held()
  const writing = new Held()
  const held: Pass<Matte> = async (infer, scaled, admit) => {
    await decoding.work()
    return pass(1)(infer, scaled, admit)
  }
  const all = Array.from({ length: 40 }, () => schedule.run(held, {}, writing.work))
  await soon()
  t.is(decoding.count, 3 + working)
  t.like(schedule.metrics(), { running: 19, waiting: 21 })
  await decoding.letGo()
  // The engine has one picture, the next waits beside it, and all others behind them.
  t.is(chain.letGo.length, 2)
  while (writing.count < 19) {
    chain.letGo.shift()!()
    await soon()
  }
  t.is(decoding.count, 0)
  t.like(schedule.metrics(), { running: 19, waiting: 21, runs: 19 })
  await writing.letGo()
  t.is(decoding.count, 19)
  while (schedule.metrics().running > 0) {
    await decoding.letGo()
    chain.letGo.shift()?.()
    await writing.letGo()
  }
  await Promise.all(all)
})

test('pictures are decoded only while there is room for them, which they keep until they are written', async (t) => {
  const schedule = new Schedule(new HeldChain(), { concurrency: 1, capacity: 100, working: 8, pixels: 100 })
  const writing = new Held()
  const decoded: number[] = []
  const run = (pixels: number, signal?: AbortSignal): Promise<void> =>
    schedule.run(
      async (_, __, admit) => {
        await admit(pixels)
        decoded.push(pixels)
        if (pixels === 13) throw new PdfnetError('ERR_INPUT_CORRUPT', 'no picture')
        return { timings: { queued: 0, copyIn: 0, pre: 0, core: 0, post: 0, copyOut: 0 } }
      },
      { signal },
      writing.work,
    )
  const stop = new AbortController()
  const running = [run(60), run(40), run(1000, stop.signal)]
  await soon()
  const larger = [run(500), run(13).catch(() => undefined), run(90)]
  await soon()
  t.deepEqual(decoded, [60, 40])
  stop.abort()
  await t.throwsAsync(running.pop()!, { code: 'ERR_ABORTED' })
  t.deepEqual(decoded, [60, 40])
  await writing.letGo()
  t.deepEqual(decoded, [60, 40, 500])
  await writing.letGo()
  t.deepEqual(decoded, [60, 40, 500, 13, 90])
  await writing.letGo()
  await Promise.all([...running, ...larger])
})

test('what a result is used for is no failure of the matting, and the engines count what they computed once', async (t) => {
  const chain = new HeldChain([1, 2])
  const schedule = new Schedule(chain, { concurrency: 1, capacity: 10 })
  const failing = schedule.run(pass(1), {}, () => Promise.reject(new PdfnetError('ERR_OUTPUT_WRITE', 'no disk')))
  const other = schedule.run(pass(2), {})
  await soon()
  chain.letGo[0]!()
  await t.throwsAsync(failing, { code: 'ERR_OUTPUT_WRITE' })
  await other
  t.deepEqual(chain.batches, ['1 2'])
  // Of each: 2 ms before the core and 4 after it; of both together 3 ms in it.
  t.like(schedule.metrics(), { runs: 2, failures: {}, computed: 15 })
})

test('however many pictures come to the engines at once, none is refused', async (t) => {
  const chain = new HeldChain()
  const schedule = new Schedule(chain, { concurrency: 1, capacity: 100, working: 64 })
  const runs = Array.from({ length: 80 }, (_, index) => schedule.run(pass(index + 1), {}))
  const ended = Promise.allSettled(runs)
  await soon()
  while (schedule.metrics().running > 0) {
    chain.letGo.shift()?.()
    await soon()
  }
  t.is((await ended).filter(({ status }) => status === 'fulfilled').length, 80)
})

test('an aborted picture does not wait for an engine that does not end it, which keeps its place', async (t) => {
  const chain = new HeldChain()
  const schedule = new Schedule(chain, { concurrency: 1, capacity: 100 })
  const controller = new AbortController()
  const aborted = schedule.run(pass(1), { signal: controller.signal })
  const next = schedule.run(pass(2), {})
  await soon()
  controller.abort()
  await t.throwsAsync(aborted, { code: 'ERR_ABORTED' })
  t.deepEqual(chain.batches, ['1'])
  chain.letGo.shift()!()
  await soon()
  t.deepEqual(chain.batches, ['1', '2'])
  chain.letGo.shift()!()
  await next
  await schedule.close()
})
