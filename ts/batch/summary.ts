/** Sums a batch up: how many pictures came to which end, how fast, and what kept it from being faster. */

import type { MattingMetrics } from '../matting/index.js'
import { exitCodes } from '../errors.js'
import { threads, type Threads } from '../threads.js'
import type { PictureReport } from './batch.js'

export interface Load {
  /** That it worked on pictures, summed over those that it worked on at the same time. */
  readonly seconds: number
  /** Of the time in which it could have worked, 0 to 1. */
  readonly busy: number
}

/** What a batch can come up against: the engines, all cores together, or the one thread that runs JavaScript. */
export type Bottleneck = 'infer' | 'cores' | 'javascript'

export interface BatchSummary {
  readonly done: number
  readonly skipped: number
  readonly failed: number
  /** Pictures that were not begun. */
  readonly left: number
  readonly seconds: number
  /** Those that were done. */
  readonly picturesPerSecond: number
  /** By stage; `cores` is all stages that run on them, each of which has a load of its own, too. */
  readonly stages: Readonly<Record<Bottleneck, Load> & Record<string, Load>>
  /** What was busy for most of the time, and for at least 0.8 of it; nothing where nothing was. */
  readonly bottleneck?: Bottleneck
  /** Where libuv has fewer than there are cores: then they are what `cores` is the load of. */
  readonly threads?: Threads
}

/** Stages that run on the cores, as `MatteTimings` names them, and `encode`. */
const coreStages: readonly string[] = ['decode', 'shrink', 'enlarge', 'foreground', 'encode']

/** From this load on it is at its limit: pictures vary, and the first and the last ones have less beside them. */
const atLimit = 0.8

export class SummaryCounter {
  private began = performance.now()
  private loop = performance.eventLoopUtilization()
  private readonly times = new Map<string, number>()
  private done = 0
  private skipped = 0
  private failed = 0
  private lastFailure: number = exitCodes.internal

  /** The time counts from here, rather than from the making of the counter. */
  begin(): void {
    this.began = performance.now()
    this.loop = performance.eventLoopUtilization()
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
    for (const [stage, time] of Object.entries<number>({ ...timings })) {
      if (coreStages.includes(stage)) this.times.set(stage, (this.times.get(stage) ?? 0) + time)
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
  summary({ computed }: Pick<MattingMetrics, 'computed'>, concurrency: number, left: number): BatchSummary {
    const { done, skipped, failed } = this
    const seconds = (performance.now() - this.began) / 1000
    const { libuv, cores } = threads()
    const places = Math.min(libuv, cores)
    const loadOf = (milliseconds: number, many: number): Load => {
      return { seconds: milliseconds / 1000, busy: Math.min(1, milliseconds / 1000 / seconds / many) }
    }
    const limits: Record<Bottleneck, Load> = {
      infer: loadOf(computed, concurrency),
      cores: loadOf(
        [...this.times.values()].reduce((sum, time) => sum + time, 0),
        places,
      ),
      javascript: loadOf(performance.eventLoopUtilization(this.loop).active, 1),
    }
    const names = Object.keys(limits) as Bottleneck[]
    const busiest = names.reduce((one, other) => (limits[other].busy > limits[one].busy ? other : one))
    const parts = Object.fromEntries([...this.times].map(([name, time]) => [name, loadOf(time, places)]))
    return {
      ...{ done, skipped, failed, left, seconds, picturesPerSecond: done / seconds },
      stages: { ...parts, ...limits },
      ...(done > 0 && limits[busiest].busy >= atLimit && { bottleneck: busiest }),
      ...(libuv < cores && { threads: { libuv, cores } }),
    }
  }
}
