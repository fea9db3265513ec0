/** What many numbers come to: percentiles of all of them, medians with their range of a few. */

export interface Range {
  readonly median: number
  readonly least: number
  readonly most: number
}

/** Each is one of the numbers, by nearest rank. */
export interface Quantiles {
  readonly mean: number
  readonly p50: number
  readonly p90: number
  readonly p99: number
}

/** @param values at least one */
export function rangeOf(values: readonly number[]): Range {
  const sorted = ascending(values)
  const middle = sorted.length >> 1
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
  return { median, least: sorted[0]!, most: sorted.at(-1)! }
}

/** @param values at least one */
export function quantilesOf(values: readonly number[]): Quantiles {
  const sorted = ascending(values)
  const [p50, p90, p99] = [0.5, 0.9, 0.99].map((share) => nearestRank(sorted, share))
  return { mean: values.reduce((sum, value) => sum + value, 0) / values.length, p50: p50!, p90: p90!, p99: p99! }
}

/** The percentiles 0 to 100. */
export function percentilesOf(values: readonly number[]): readonly number[] {
  const sorted = ascending(values)
  return Array.from({ length: 101 }, (_, percent) => nearestRank(sorted, percent / 100))
}

function nearestRank(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length - 1e-9) - 1)]!
}

function ascending(values: readonly number[]): readonly number[] {
  return [...values].sort((a, b) => a - b)
}
