/** What a device has done since it was opened: counted as it happens, read whenever somebody wants to know. */

import type { ErrorCode } from '../errors.js'
import { Histogram, type Spread } from './histogram.js'

export interface MetricsSnapshot {
  /** Runs that gave a result. */
  readonly runs: number
  /** Runs that did not, by the code of their error. */
  readonly failures: Readonly<Partial<Record<ErrorCode, number>>>
  /** Milliseconds by stage, of the runs that gave a result; a stage that no run had is not there. */
  readonly times: Readonly<Record<string, Spread>>
  /** Runs that were computed together, by batch. */
  readonly batches: Spread
  /** Bytes that batches read from the host's memory. */
  readonly bytesIn: number
  /** Bytes that they wrote there. */
  readonly bytesOut: number
}

/** A microsecond, in milliseconds. */
const timeUnit = 0.001

export class Metrics {
  private runs = 0
  private readonly failures = new Map<ErrorCode, number>()
  private readonly times = new Map<string, Histogram>()
  private readonly batches = new Histogram(1)
  private bytesIn = 0
  private bytesOut = 0

  /** @param timings milliseconds by stage */
  ran(timings: Readonly<Record<string, number>>): void {
    this.runs += 1
    for (const stage in timings) this.timesOf(stage).record(timings[stage]!)
  }

  failed(code: ErrorCode): void {
    this.failures.set(code, (this.failures.get(code) ?? 0) + 1)
  }

  ranBatch(size: number, bytesIn: number, bytesOut: number): void {
    this.batches.record(size)
    this.bytesIn += bytesIn
    this.bytesOut += bytesOut
  }

  /** Plain data, of its own. */
  snapshot(): MetricsSnapshot {
    const { runs, bytesIn, bytesOut } = this
    const times = [...this.times].map(([stage, histogram]) => [stage, histogram.spread()] as const)
    return {
      runs,
      failures: Object.fromEntries(this.failures),
      times: Object.fromEntries(times),
      batches: this.batches.spread(),
      bytesIn,
      bytesOut,
    }
  }

  private timesOf(stage: string): Histogram {
    let histogram = this.times.get(stage)
    if (!histogram) this.times.set(stage, (histogram = new Histogram(timeUnit)))
    return histogram
  }
}
