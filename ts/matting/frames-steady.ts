/** Alphas that are steady from frame to frame, and how much they flicker. */

import { badArgument } from '../errors.js'
import { addon, type FrameMemories } from '../native.js'
import type { Frame } from './frame.js'

/**
 * Of the frame's pixels where neither the picture moves nor the alpha is surely background or surely foreground, in this
 * frame and in the one before.
 */
export interface Steadiness {
  /** How many they are. */
  readonly pixels: number
  /** Sum of half the squared differences from the frame before, alpha from 0 to 1, as the engines gave it. */
  readonly raw: number
  /** The same of the alpha that the frame has. */
  readonly result: number
}

/** `measure` leaves alpha as it is. */
export type SteadyMode = 'measure' | 'smooth'

const mostLookAhead = 8

/** Throws ERR_ARGUMENT. */
export function checkLookAhead(lookAhead: number | undefined, smooths: boolean): void {
  if (lookAhead === undefined) return
  const isCount = Number.isInteger(lookAhead) && lookAhead >= 0 && lookAhead <= mostLookAhead
  if (!isCount) throw badArgument('lookAhead', `an integer from 0 to ${mostLookAhead}`, lookAhead)
  if (lookAhead > 0 && !smooths) throw badArgument('lookAhead', 'nothing where alpha is not smoothed', lookAhead)
}

interface Size {
  readonly width: number
  readonly height: number
}

interface Kept extends FrameMemories, Size {}

export class Steadier {
  private before: Kept | undefined
  private spare: Kept | undefined

  /** @param lookAhead frames that each one waits for */
  constructor(
    private readonly mode: SteadyMode,
    private readonly lookAhead: number,
  ) {}

  /**
   * The same frames, steady, each once those are there that it waits for: at the end of the frames, or before their error,
   * all of them. Rejects as they do, or with ERR_MEMORY.
   */
  async *of(frames: AsyncIterable<Frame>): AsyncGenerator<Frame, void, undefined> {
    const waiting: Frame[] = []
    let failure: Failure | undefined
    try {
      for await (const one of withFailure(frames)) {
        if (one instanceof Failure) failure = one
        else waiting.push(one)
        if (waiting.length > this.lookAhead) yield await this.first(waiting)
      }
      while (waiting.length > 0) yield await this.first(waiting)
      if (failure) throw failure.error
    } finally {
      for (const frame of waiting) await frame.end()
    }
  }

  /** Takes the first frame, its alpha smoothed given those that follow. A cut and another size begin anew. */
  private async first(frames: Frame[]): Promise<Frame> {
    const frame = frames[0]!
    const { alpha, rgb, width, height, isCut } = frame
    const size = { width, height }
    const before = isCut || !isOfSize(this.before, size) ? undefined : this.before
    const now = isOfSize(this.spare, size) ? this.spare! : keep(size)
    const end = frames.findIndex((one, index) => index > 0 && (one.isCut || !isOfSize(one, size)))
    const later = frames.slice(1, end < 0 ? undefined : end)
    const flicker = new Float64Array(3)
    await addon().steady(alpha, flicker, rgb, size, now, before, later, this.mode === 'smooth')
    this.spare = this.before
    this.before = now
    frame.steadiness = { pixels: flicker[0]!, raw: flicker[1]!, result: flicker[2]! }
    frames.shift()
    return frame
  }
}

class Failure {
  constructor(readonly error: unknown) {}
}

async function* withFailure(frames: AsyncIterable<Frame>): AsyncGenerator<Frame | Failure, void, undefined> {
  try {
    yield* frames
  } catch (error) {
    yield new Failure(error)
  }
}

function isOfSize(one: Size | undefined, { width, height }: Size): boolean {
  return one?.width === width && one.height === height
}

function keep(size: Size): Kept {
  const samples = (channels: number): Uint8Array => new Uint8Array(channels * size.width * size.height)
  return { ...size, rgb: samples(3), raw: samples(1), result: samples(1) }
}
