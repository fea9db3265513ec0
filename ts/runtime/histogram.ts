/** How a quantity is spread, in a fixed few kilobytes however often it was recorded. */

export interface Spread {
  readonly count: number
  readonly sum: number
  /** 0 where nothing was recorded, as are those below. */
  readonly min: number
  readonly max: number
  /** Percentiles, within 4 % of the value or half a unit, whichever is more. */
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

/** Buckets in each power of two. */
const fineness = 16
const fineBits = Math.log2(fineness)
/** In units; what is above is counted as this. */
const most = 2 ** 31 - 1

export class Histogram {
  private readonly buckets: number[] = Array.from({ length: bucketOf(most) + 1 }, () => 0)
  private count = 0
  private sum = 0
  private min = Infinity
  private max = 0

  /** @param unit the smallest step that matters: values from 0 to 2³¹ of it are told apart */
  constructor(private readonly unit: number) {}

  /** @param value at least 0 */
  record(value: number): void {
    this.count += 1
    this.sum += value
    if (value < this.min) this.min = value
    if (value > this.max) this.max = value
    this.buckets[bucketOf(Math.min(Math.round(value / this.unit), most))]! += 1
  }

  spread(): Spread {
    const { count, sum, max } = this
    const min = count === 0 ? 0 : this.min
    return { count, sum, min, max, p50: this.percentile(0.5), p95: this.percentile(0.95), p99: this.percentile(0.99) }
  }

  private percentile(share: number): number {
    if (this.count === 0) return 0
    let left = Math.ceil(share * this.count)
    const bucket = this.buckets.findIndex((recorded) => (left -= recorded) <= 0)
    return Math.min(Math.max(middleOf(bucket) * this.unit, this.min), this.max)
  }
}

/** Below `fineness` each number has a bucket; above, the leading bits choose one. */
function bucketOf(units: number): number {
  if (units < fineness) return units
  const shift = 31 - fineBits - Math.clz32(units)
  return shift * fineness + (units >>> shift)
}

function middleOf(bucket: number): number {
  if (bucket < 2 * fineness) return bucket
  const shift = Math.floor(bucket / fineness) - 1
  const first = (bucket - shift * fineness) * 2 ** shift
  return first + (2 ** shift - 1) / 2
}
