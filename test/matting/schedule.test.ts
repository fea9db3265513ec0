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
