/** Whose turn it is: pictures on their way from file to matte, what the engines compute together, and metrics of both. */

import { asPdfnetError } from '../errors.js'
import {
  alone,
  Metrics,
  Queue,
  turnOf,
  type Chain,
  type ChainItem,
  type ChainResult,
  type Member,
  type MetricsSnapshot,
  type StageTimings,
  type TurnOptions,
} from '../runtime/index.js'
import { mostTogether } from './detail.js'
import type { Infer } from './inference.js'

/**
 * Since the matting was opened. `times` has the stages of `MatteTimings`, and `total`: from the call of `matte()` to its
 * matte.
 */
export interface MattingMetrics extends MetricsSnapshot {
  /** Pictures that wait for their turn now. */
  readonly waiting: number
  /** Pictures on their way now, from decoding them to their mattes. */
  readonly running: number
}

/** What came out of a picture, with its stages' milliseconds. */
export interface Timed {
  readonly timings: StageTimings
}

/**
 * Decodes a picture, has it inferred, and makes its matte.
 * @param scaled the same network at its other sizes
 */
export type Pass<Result extends Timed = Timed> = (infer: Infer, scaled: readonly Infer[]) => Promise<Result>

export interface ScheduleOptions {
  /** Runs that the chain does at the same time. */
  readonly concurrency: number
  /** Pictures that may wait for their turn. */
  readonly capacity: number
  /** Batches that wait at the device: see the queue's. @default 0 */
  readonly ahead?: number
  /** Pictures that get their foreground colours while as many as can be are inferred. @default 0 */
  readonly finishing?: number
}

type Runner = Pick<Chain, 'run' | 'sizes'>
type Inferences = Queue<ChainItem, ChainResult>

export class Schedule {
  /** Pictures that the engines compute at the same time, at most. */
  readonly atOnce: number
  /** Pictures that are inferred, or decoded for it, at the same time: more of them make nothing faster. */
  readonly places: number
  private readonly pictures: Queue<(waited: number) => Promise<Timed>, Timed>
  /** Of the network at its own size, and at each other. */
  private readonly inferences: readonly [Inferences, ...Inferences[]]
  private readonly counted = new Metrics()

  /** @param scaled the same network at other sizes */
  constructor(
    chain: Runner,
    { concurrency, capacity, ahead = 0, finishing = 0 }: ScheduleOptions,
    scaled: readonly Runner[] = [],
  ) {
    const { sizes } = chain
    const batch = sizes.at(-1)!
    this.atOnce = concurrency * batch
    // One batch more than are handed out, so that decoding overlaps with inference.
    this.places = (concurrency + ahead + 1) * batch
    const onTheirWay = this.places + finishing
    this.pictures = new Queue(
      alone(({ item, waited }) => item(waited)),
      { concurrency: onTheirWay, capacity },
    )
    const most = this.places * mostTogether
    const queueOf = (one: Runner): Inferences =>
      new Queue((members, signal) => this.infer(one, members, signal), {
        ...{ concurrency, capacity: most, sizes: one.sizes, ahead },
      })
    this.inferences = [queueOf(chain), ...scaled.map(queueOf)]
  }

  /** Rejects with what the pass does, ERR_ARGUMENT, ERR_QUEUE_FULL, ERR_DEADLINE, ERR_DISPOSED or ERR_ABORTED. */
  async run<Result extends Timed>(pass: Pass<Result>, options: TurnOptions): Promise<Result> {
    const began = performance.now()
    try {
      const turn = turnOf(options)
      const start = (waited: number): Promise<Result> => {
        // A picture that has begun has kept its deadline, and has waited: its further inferences have neither.
        let next = { startBy: turn.startBy, waited }
        const inferBy = (queue: Inferences): Infer => {
          return async (item, signal = turn.signal) => {
            const { startBy, waited: before } = next
            next = { startBy: Infinity, waited: 0 }
            return afterWaiting(before, await queue.run(item, { ...turn, startBy, signal }))
          }
        }
        const [own, ...others] = this.inferences
        return pass(inferBy(own), others.map(inferBy))
      }
      const result = (await this.pictures.run(start, turn)) as Result
      this.counted.ran({ ...result.timings, total: performance.now() - began })
      return result
    } catch (error) {
      this.counted.failed(asPdfnetError(error).code)
      throw error
    }
  }

  metrics(): MattingMetrics {
    const { waiting, running } = this.pictures
    return { ...this.counted.snapshot(), waiting, running }
  }

  /** Refuses new pictures at once; resolves when the last one has ended. */
  async close(): Promise<void> {
    await this.pictures.close()
    await Promise.all(this.inferences.map((queue) => queue.close()))
  }

  private async infer(
    chain: Runner,
    members: readonly Member<ChainItem>[],
    signal: AbortSignal | undefined,
  ): Promise<readonly ChainResult[]> {
    const items = members.map(({ item }) => item)
    const results = await chain.run(items, signal)
    const bytesIn = items.reduce((sum, { picture, depth }) => sum + bytesOf(picture) + bytesOf(depth), 0)
    const bytesOut = results.reduce((sum, { matte, depth }) => sum + bytesOf(matte) + bytesOf(depth), 0)
    this.counted.ranBatch(items.length, bytesIn, bytesOut)
    return results.map((result, index) => afterWaiting(members[index]!.waited, result))
  }
}

/** What a run waited for its turn is part of its time in queue. */
function afterWaiting(waited: number, { timings, ...result }: ChainResult): ChainResult {
  return { ...result, timings: { ...timings, queued: timings.queued + waited } }
}

function bytesOf(held: { readonly data: Uint8Array } | undefined): number {
  return held?.data.byteLength ?? 0
}
