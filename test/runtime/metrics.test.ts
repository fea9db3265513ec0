import test from 'ava'
import { Histogram, Metrics } from '#dist/runtime/index.js'

/** Numbers that look random and are the same each time, from 0 to 1. */
function* randoms(): Generator<number, never> {
  for (let state = 1; ;) {
    state = (state * 48271) % 2147483647
    yield state / 2147483647
  }
}

test('percentiles are within 4 % of the true ones, over eight orders of magnitude', (t) => {
  const random = randoms()
  const histogram = new Histogram(0.001)
  const values = Array.from({ length: 10_000 }, () => 10 ** (random.next().value * 8 - 2))
  for (const value of values) histogram.record(value)
  values.sort((one, other) => one - other)
  const { count, sum, min, max, ...percentiles } = histogram.spread()
  t.deepEqual([count, min, max], [10_000, values[0], values.at(-1)])
  t.true(Math.abs(sum / values.reduce((total, value) => total + value, 0) - 1) < 1e-9)
  const true_ = { p50: values[4999]!, p95: values[9499]!, p99: values[9899]! }
  for (const [name, value] of Object.entries(percentiles)) {
    t.true(Math.abs(value / true_[name as keyof typeof true_] - 1) < 0.04, `${name} is ${value}`)
  }
})

test('every number has a bucket near it, the ends of the range and what is beyond it too', (t) => {
  for (let power = 0; power < 31; power++) {
    for (const value of [2 ** power - 1, 2 ** power, 2 ** power + 1]) {
      const histogram = new Histogram(1)
      // The percentile is not the smallest nor the largest, which are known exactly.
      for (const one of [0, value, 2 ** 31 - 1]) histogram.record(one)
      const { p50 } = histogram.spread()
      t.true(Math.abs(p50 - value) <= Math.max(value * 0.04, 0.5), `${value} came back as ${p50}`)
    }
  }
  const histogram = new Histogram(0.001)
  histogram.record(1e12)
  t.like(histogram.spread(), { count: 1, max: 1e12, min: 1e12 })
})

test('a histogram of one value gives it back exactly, and an empty one zeros', (t) => {
  const histogram = new Histogram(0.001)
  const zeros = { count: 0, sum: 0, min: 0, max: 0, p50: 0, p95: 0, p99: 0 }
  t.deepEqual(histogram.spread(), zeros)
  histogram.record(12.3456)
  t.deepEqual(histogram.spread(), {
    count: 1,
    sum: 12.3456,
    min: 12.3456,
    max: 12.3456,
    p50: 12.3456,
    p95: 12.3456,
    p99: 12.3456,
  })
})

test('a snapshot counts runs, failures by code, stages, batches and bytes, and changes no more', (t) => {
  const metrics = new Metrics()
  const empty = metrics.snapshot()
  metrics.ranBatch(2, 600, 200)
  metrics.ran({ queued: 1, core: 10 })
  metrics.ran({ queued: 3, core: 20, depth: 5 })
  metrics.failed('ERR_DEADLINE')
  metrics.failed('ERR_ABORTED')
  metrics.failed('ERR_ABORTED')
  t.like(empty, { runs: 0, failures: {}, times: {}, bytesIn: 0, bytesOut: 0 })
  t.is(empty.batches.count, 0)
  const snapshot = metrics.snapshot()
  t.like(snapshot, { runs: 2, failures: { ERR_DEADLINE: 1, ERR_ABORTED: 2 }, bytesIn: 600, bytesOut: 200 })
  t.like(snapshot.batches, { count: 1, sum: 2, p50: 2 })
  t.deepEqual(Object.keys(snapshot.times), ['queued', 'core', 'depth'])
  t.like(snapshot.times.core, { count: 2, sum: 30, min: 10, max: 20 })
  t.like(snapshot.times.depth, { count: 1, sum: 5 })
  t.deepEqual(JSON.parse(JSON.stringify(snapshot)), snapshot)
})
