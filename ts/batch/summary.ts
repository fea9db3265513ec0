/** Sums a batch up: how many pictures came to which end, how fast, and which stage it waited for. */

import { availableParallelism } from 'node:os'
import type { MattingMetrics } from '../matting/index.js'
import { exitCodes } from '../errors.js'
import type { PictureReport } from './batch.js'

export interface StageLoad {
  /** That it worked on pictures, summed over those that it worked on at the same time. */
  readonly seconds: number
  /** Of the time in which it could have worked: 1 is a stage that everything waits for. */
  readonly busy: number
}

export interface BatchSummary {
  readonly done: number
  readonly skipped: number
  readonly failed: number
  /** Pictures that were not begun. */
  readonly left: number
  readonly seconds: number
  /** Those that were done. */
  readonly picturesPerSecond: number
  readonly stages: Readonly<Record<string, StageLoad>>
  /** The busiest stage, where anything was done. */
  readonly bottleneck?: string
}

/** Stages that run on the cores; all others are the engines' and count as `infer`, tiles included. */
const coreStages = ['decode', 'shrink', 'enlarge', 'foreground', 'encode']

export class SummaryCounter {
  private began = performance.now()
  private readonly times = new Map<string, number>()
  private done = 0
  private skipped = 0
  private failed = 0
  private lastFailure: number = exitCodes.internal

  /** The time counts from here, rather than from the making of the counter. */
  begin(): void {
    this.began = performance.now()
  }

  /** Pictures that have ended. */
  get ended(): number {
    return this.done + this.skipped + this.failed
  }

  count({ error, skipped, timings }: PictureReport): void {
    if (error) {
      this.failed += 1
      this.lastFailure = error.exitCode
    } else if (skipped) this.skipped += 1
    else this.done += 1
    if (!timings) return
    for (const [name, time] of Object.entries<number>({ ...timings, queued: 0 })) {
      const stage = coreStages.includes(name) ? name : 'infer'
      this.times.set(stage, (this.times.get(stage) ?? 0) + time)
    }
  }

  /** One picture ends as its error does; of several, a status of its own says that some failed. */
  get exitCode(): number {
    if (this.failed === 0) return 0
    return this.ended === 1 ? this.lastFailure : exitCodes.partial
  }

  /**
   * @param concurrency inferences at the same time
   * @param left pictures that were not begun
   */
  summary({ batches }: Pick<MattingMetrics, 'batches'>, concurrency: number, left: number): BatchSummary {
    const { done, skipped, failed } = this
    const seconds = (performance.now() - this.began) / 1000
    // Of a batch, each picture's time is that of the whole batch.
    const together = concurrency * (batches.count === 0 ? 1 : batches.sum / batches.count)
    const stages = [...this.times].map(([name, time]) => {
      const places = name === 'infer' ? together : availableParallelism()
      return [name, { seconds: time / 1000, busy: time / 1000 / seconds / places }] as const
    })
    const busiest = [...stages].sort(([, one], [, other]) => other.busy - one.busy)[0]
    const rate = { seconds, picturesPerSecond: done / seconds }
    const bottleneck = done > 0 && busiest ? { bottleneck: busiest[0] } : {}
    return { done, skipped, failed, left, ...rate, stages: Object.fromEntries(stages), ...bottleneck }
  }
}
