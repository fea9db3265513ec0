/** How long runs take, one after the other and several at a time. */

import { median } from '../bench/statistics.mjs'

/** Milliseconds of each of `count` runs, one after the other, after some to warm up. */
export async function latencies(run, { warm = 10, count = 50 } = {}) {
  const found = []
  for (let index = 0; index < warm + count; index++) {
    const began = performance.now()
    await run()
    if (index >= warm) found.push(performance.now() - began)
  }
  return found
}

/** Runs a second with so many callers, each of which waits for its own, for some seconds after half a second. */
export async function throughput(run, { callers, seconds = 2 }) {
  const began = performance.now()
  const from = began + 500
  const until = from + seconds * 1000
  let done = 0
  const call = async () => {
    while (performance.now() < until) {
      await run()
      const now = performance.now()
      if (now > from && now <= until) done++
    }
  }
  await Promise.all(Array.from({ length: callers }, call))
  return done / seconds
}

export function percentile(values, fraction) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.round(fraction * (sorted.length - 1))]
}

/** `median / p95` */
export function shown(values, digits = 2) {
  return `${median(values).toFixed(digits)} / ${percentile(values, 0.95).toFixed(digits)}`
}

export { median }
