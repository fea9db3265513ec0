/** How long frames took from their capture to the encoder: percentiles of the latest ones. */

const kept = 2048

export interface LiveLatency {
  /** Milliseconds; undefined before the first frame. */
  readonly p50: number | undefined
  readonly p99: number | undefined
}

export class Latency {
  private readonly latest = new Float64Array(kept)
  private count = 0

  add(milliseconds: number): void {
    this.latest[this.count % kept] = milliseconds
    this.count += 1
  }

  get percentiles(): LiveLatency {
    const sorted = this.latest.slice(0, Math.min(this.count, kept)).sort()
    const at = (share: number): number | undefined => sorted[Math.ceil(share * sorted.length) - 1]
    return { p50: at(0.5), p99: at(0.99) }
  }
}
