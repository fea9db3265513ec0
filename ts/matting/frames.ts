/** A stream of frames through the engines: in order, bounded, several in flight. */

import { badArgument } from '../errors.js'
import type { ChainItem } from '../runtime/index.js'
import { checkRawFrame, Frame, rgbOf, type RawFrame } from './frame.js'
import { FrameMemory } from './frame-memory.js'
import { DepthCadence } from './frames-depth.js'
import { Scenes } from './frames-scenes.js'
import { checkLookAhead, Steadier, type SteadyMode } from './frames-steady.js'
import { inOrder, type Source } from './in-order.js'
import type { Schedule } from './schedule.js'

export type FrameSource = Source<RawFrame>

export interface FrameOptions {
  /**
   * Frames that are worked on at the same time, or wait to be read.
   * @default as many as the engines take at once, and a batch more
   */
  readonly inFlight?: number | undefined
  /** As that of a picture: frames of several streams take turns by it. @default 0 */
  readonly priority?: number | undefined
  /**
   * Of a model with pseudo-depth: how many frames one depth map serves, at most: each scene begins with its own.
   * @default 1
   */
  readonly depthEvery?: number | undefined
  /**
   * Whether flicker is measured, and whether alpha that flickers where the picture does not is averaged with the frames
   * before, along the picture's motion. See `Frame.steadiness`.
   * @default undefined: neither
   */
  readonly steady?: SteadyMode | undefined
  /**
   * Frames that each one waits for, 0 to 8, to be averaged with them too where `steady` is `smooth`.
   * @default 0
   */
  readonly lookAhead?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** Rejects with ERR_ARGUMENT, ERR_INPUT_LIMIT, what the source rejects with, and as a picture's matte does. */
export async function* framesOf(
  source: FrameSource,
  schedule: Pick<Schedule, 'run' | 'places'>,
  options: FrameOptions = {},
): AsyncGenerator<Frame, void, undefined> {
  checkFrameOptions(source, options)
  const { inFlight = schedule.places, priority = 0, depthEvery = 1, steady, lookAhead = 0, signal } = options
  // Of each frame in flight or waiting, and of the one that is looked at: alpha, and RGB or RGBA.
  const memory = new FrameMemory(3 * (inFlight + lookAhead + 1))
  const depths = new DepthCadence(depthEvery)
  const scenes = depthEvery > 1 || steady !== undefined ? new Scenes() : undefined
  let count = 0
  const start = async (raw: RawFrame, unwanted: AbortSignal): Promise<Frame> => {
    const index = count++
    checkRawFrame(raw, index)
    const turn = { priority, signal: unwanted }
    const isCut = scenes === undefined ? raw.isCut === true : await scenes.of(raw, index)
    return depths.of(isCut, (given, wantDepth) =>
      schedule.run(async (infer) => {
        const { width, height } = raw
        const data = await rgbOf(raw, memory)
        const into = memory.take(width * height)
        const depth = await given
        const item: ChainItem = { picture: { data, width, height }, type: 'uint8', into, wantDepth }
        const { timings, depth: map } = await infer(depth ? { ...item, depth } : item, unwanted)
        return { frame: new Frame(memory, index, raw, data, into, timings, isCut), timings, map }
      }, turn),
    )
  }
  const frames = inOrder(source, start, inFlight, signal)
  for await (const frame of steady ? new Steadier(steady, lookAhead).of(frames) : frames) {
    try {
      yield frame
    } finally {
      await frame.end()
    }
  }
}

function checkFrameOptions(source: unknown, options: FrameOptions): void {
  const isObject = typeof source === 'object' && source !== null
  if (!isObject || !(Symbol.asyncIterator in source || Symbol.iterator in source)) {
    throw badArgument('source', 'an iterable or a stream of frames', source)
  }
  const { inFlight, depthEvery, steady, lookAhead } = options
  if (![undefined, 'measure', 'smooth'].includes(steady)) throw badArgument('steady', 'measure or smooth', steady)
  checkLookAhead(lookAhead, steady === 'smooth')
  for (const [name, value] of Object.entries({ inFlight, depthEvery })) {
    if (value === undefined || (Number.isInteger(value) && value >= 1 && value <= 1024)) continue
    throw badArgument(name, 'an integer from 1 to 1024', value)
  }
}
