/** Raw frames in, matted raw frames out: over pipes, as `pdfnet-trt video - -o -` does. */

import { Readable, Writable } from 'node:stream'
import { aborted, badArgument, PdfnetError, throwIfAborted } from '../errors.js'
import { StaticBand, type Flicker } from './flicker.js'
import type { VideoMatting } from './matte-video.js'
import { checkVideoOptions, resolveVideoLimits, shownKind, type RawVideoOptions } from './options.js'
import { Pace } from './pace.js'
import { openPicture, type Picture } from './picture.js'
import { writeRawHeader } from './raw-header.js'
import { RawReader } from './raw-reader.js'
import { RawWriter } from './raw-writer.js'

export interface RawVideoReport {
  /** That were taken from us. */
  readonly frames: number
  readonly width: number
  readonly height: number
  /** Of the output: rgba, gray or rgb24. */
  readonly format: Picture['pixels']
  readonly seconds: number
  readonly framesPerSecond: number
  readonly flicker: Flicker
  /** As `VideoReport.cuts`. */
  readonly cuts: number
  /** Whether all frames were taken; otherwise the reader went away before. */
  readonly isComplete: boolean
  /** What was wrong with the end of the input. */
  readonly damage: readonly string[]
}

/**
 * A header and frames as docs/raw-frames.md says, on both sides. The output is ended, unless it is standard output; one
 * that nobody reads any longer ends the work, and is no error. Rejects with ERR_ARGUMENT, an ERR_INPUT…,
 * ERR_OUTPUT_WRITE, ERR_ABORTED, or as `Matting.frames` does; then the input is destroyed.
 */
export async function matteRawVideo(
  matting: Pick<VideoMatting, 'frames'>,
  input: Readable,
  output: Writable,
  options: RawVideoOptions = {},
): Promise<RawVideoReport> {
  if (!((input as unknown) instanceof Readable)) throw badArgument('input', 'a readable stream', input)
  if (!((output as unknown) instanceof Writable)) throw badArgument('output', 'a writable stream', output)
  checkVideoOptions('-', '-', options)
  const { signal } = options
  throwIfAborted(signal)
  const writer = new RawWriter(output)
  // What waits for its next bytes ends with it.
  const stop = (): void => void input.destroy()
  signal?.addEventListener('abort', stop, { once: true })
  try {
    return await run(matting, input, writer, options)
  } catch (error) {
    throw signal?.aborted ? aborted(signal) : error
  } finally {
    signal?.removeEventListener('abort', stop)
    stop()
    writer.release()
  }
}

async function run(
  matting: Pick<VideoMatting, 'frames'>,
  input: Readable,
  writer: RawWriter,
  options: RawVideoOptions,
): Promise<RawVideoReport> {
  const { background, depthEvery, smooth, signal, onProgress } = options
  const limits = resolveVideoLimits(options.limits)
  const reader = await RawReader.open(input, limits)
  const { header } = reader
  const { width, height, rate } = header
  const info = { width, height, pixelAspect: { num: 1, den: 1 } }
  const picture = await openPicture(shownKind(options), background, {
    ...{ info, output: undefined, programs: undefined },
    options: { limits, signal },
  })
  const band = new StaticBand()
  const pace = new Pace(undefined, onProgress)
  const began = performance.now()
  let isComplete = await writer.write(writeRawHeader(picture.pixels, header))
  if (isComplete) {
    const steady = smooth === undefined ? undefined : smooth ? 'smooth' : 'measure'
    for await (const frame of matting.frames(reader.frames(), { depthEvery, steady, signal })) {
      band.add(frame)
      isComplete = await writer.write(await picture.of(frame, (frame.timestamp * rate.den) / rate.num))
      if (!isComplete) break
      reader.recycle(frame.source)
      pace.wrote()
    }
  }
  const { frames } = pace
  const { damage } = reader
  if (isComplete && frames === 0) {
    throw new PdfnetError('ERR_INPUT_NO_VIDEO', 'no whole frame came after the header', { details: { damage } })
  }
  await writer.end()
  const seconds = (performance.now() - began) / 1000
  return {
    ...{ frames, width, height, format: picture.pixels, seconds, framesPerSecond: frames / seconds },
    ...{ flicker: band.flicker, cuts: band.cuts, isComplete, damage },
  }
}
