/** Whose turn it is: pictures on their way from file to matte, what the engines compute together, and metrics of both. */

import { abortable } from '../abortable.js'
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
  type Turn,
  type TurnOptions,
} from '../runtime/index.js'
import { mostTogether } from './detail.js'
import type { Infer } from './inference.js'
import { Room } from './room.js'

/**
 * Since the matting was opened. `times` has the stages of `MatteTimings`, and `total`: from the call of `matte()` to its
 * matte.
 */
export interface MattingMetrics extends MetricsSnapshot {
  /** Pictures that wait for their turn now. */
  readonly waiting: number
  /** Pictures on their way now, from decoding them to the end of what their mattes are used for. */
  readonly running: number
  /** Milliseconds that engines have computed and copied, summed over those that did so at the same time. */
  readonly computed: number
}

/** What came out of a picture, with its stages' milliseconds. */
export interface Timed {
  readonly timings: StageTimings
}

/** Resolves when there is room to decode so many pixels; they are held until the picture's end. */
export type Admit = (pixels: number) => Promise<void>

/**
 * Decodes a picture, has it inferred, and makes its matte.
 * @param scaled the same network at its other sizes
 */
export type Pass<Result extends Timed = Timed> = (
  infer: Infer,
  scaled: readonly Infer[],
  admit: Admit,
) => Promise<Result>

export interface ScheduleOptions {
  /** Runs that the chain does at the same time. */
  readonly concurrency: number
  /** Pictures that may wait for their turn. */
  readonly capacity: number
  /** Batches that wait at the device: see the queue's. @default 0 */
  readonly ahead?: number
  /** Pictures that are decoded, get their colours or are written while the engines have all that they can. @default 0 */
  readonly working?: number
  /** That all pictures on their way may have between them; one that has more goes alone. @default no limit */
  readonly pixels?: number
}

type Runner = Pick<Chain, 'run' | 'sizes'>
type Inferences = Queue<ChainItem, ChainResult>

export class Schedule {
  /** Pictures that the engines compute at the same time, at most. */
  readonly atOnce: number
  /** Pictures that are inferred, or decoded for it, at the same time: more of them make nothing faster. */
  readonly places: number
  private readonly pictures: Queue<(waited: number) => Promise<unknown>, unknown>
  /** Of the network at its own size, and at each other. */
  private readonly inferences: readonly [Inferences, ...Inferences[]]
  private readonly counted = new Metrics()
  private readonly room: Room
  private computed = 0

  /** @param scaled the same network at other sizes */
  constructor(
    chain: Runner,
    { concurrency, capacity, ahead = 0, working = 0, pixels = Infinity }: ScheduleOptions,
    scaled: readonly Runner[] = [],
  ) {
    const { sizes } = chain
    const batch = sizes.at(-1)!
    this.atOnce = concurrency * batch
    // One batch more than are handed out, so that decoding overlaps with inference.
    this.places = (concurrency + ahead + 1) * batch
    this.room = new Room(pixels)
    const onTheirWay = this.places + working
    this.pictures = new Queue(
      alone(({ item, waited }) => item(waited)),
      { concurrency: onTheirWay, capacity },
    )
    // However many of them come to the engines at once, there is room for all that each may ask for.
    const most = onTheirWay * mostTogether
    const queueOf = (one: Runner): Inferences =>
      new Queue((members, signal) => this.infer(one, members, signal), {
        ...{ concurrency, capacity: most, sizes: one.sizes, ahead },
      })
    this.inferences = [queueOf(chain), ...scaled.map(queueOf)]
  }

  /**
   * Rejects with what the pass or the use does, ERR_ARGUMENT, ERR_QUEUE_FULL, ERR_DEADLINE, ERR_DISPOSED or ERR_ABORTED.
   * @param use what the result is for: until it ends the picture keeps its place and its room
   */
  async run<Result extends Timed>(pass: Pass<Result>, options: TurnOptions): Promise<Result>
  async run<Result extends Timed, Used>(
    pass: Pass<Result>,
    options: TurnOptions,
    use: (result: Result) => Promise<Used>,
  ): Promise<Used>
  async run<Result extends Timed>(
    pass: Pass<Result>,
    options: TurnOptions,
    use?: (result: Result) => Promise<unknown>,
  ): Promise<unknown> {
    const began = performance.now()
    let hasResult = false as boolean
    try {
      const turn = turnOf(options)
      return await this.pictures.run(async (waited) => {
        let held = 0
        const admit: Admit = async (pixels) => {
          await this.room.take(pixels, turn.signal)
          held += pixels
        }
        try {
          const [own, ...scaled] = this.infersFor(turn, waited)
          const result = await pass(own, scaled, admit)
          hasResult = true
          this.counted.ran({ ...result.timings, total: performance.now() - began })
          return use ? await use(result) : result
        } finally {
          this.room.give(held)
        }
      }, turn)
    } catch (error) {
      if (!hasResult) this.counted.failed(asPdfnetError(error).code)
      throw error
    }
  }

  metrics(): MattingMetrics {
    const { waiting, running } = this.pictures
    return { ...this.counted.snapshot(), waiting, running, computed: this.computed }
  }

  /** Refuses new pictures at once; resolves when the last one has ended. */
  async close(): Promise<void> {
    await this.pictures.close()
    await Promise.all(this.inferences.map((queue) => queue.close()))
  }

  /**
   * Of one picture: once it has begun it has kept its deadline, and has waited. Further inferences have neither. An aborted
   * one is not waited for, as a GPU computes to its end, if ever: its place it keeps until then.
   */
  private infersFor(turn: Turn, waited: number): readonly [Infer, ...Infer[]] {
    let next = { startBy: turn.startBy, waited }
    const inferBy = (queue: Inferences): Infer => {
      return async (item, signal = turn.signal) => {
        const { startBy, waited: before } = next
        next = { startBy: Infinity, waited: 0 }
        return afterWaiting(before, await abortable(queue.run(item, { ...turn, startBy, signal }), signal))
      }
    }
    const [own, ...others] = this.inferences
    return [inferBy(own), ...others.map(inferBy)]
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
    this.computed += timeOf(results)
    return results.map((result, index) => afterWaiting(members[index]!.waited, result))
  }
}

/** What a run waited for its turn is part of its time in queue. */
function afterWaiting(waited: number, { timings, ...result }: ChainResult): ChainResult {
  return { ...result, timings: { ...timings, queued: timings.queued + waited } }
}

/** Of a run: its pictures share the core's time, and all else is each one's own. */
function timeOf(results: readonly ChainResult[]): number {
  const core = Math.max(...results.map(({ timings }) => timings.core))
  const own = ({ timings: { copyIn, pre, depth = 0, post, copyOut } }: ChainResult): number =>
    copyIn + pre + depth + post + copyOut
  return results.reduce((sum, result) => sum + own(result), core)
}

function bytesOf(held: { readonly data: Uint8Array } | undefined): number {
  return held?.data.byteLength ?? 0
}
