/** A video file in, a matted video file out: frames stream through, in order, in bounded memory. */

import { resolve } from 'node:path'
import { PdfnetError, throwIfAborted } from '../errors.js'
import type { Matting } from '../matting/index.js'
import { chooseCodec, chooseEncoder, type Codec } from './codecs.js'
import { decodeArguments, frameTime } from './decode-arguments.js'
import { Decoder } from './decode.js'
import type { EncodeOptions } from './encode-arguments.js'
import { Encoder } from './encode.js'
import { notesOf, resizeNotes } from './notes.js'
import { checkVideoOptions, resolveVideoLimits, type VideoKind, type VideoOptions } from './options.js'
import { Pace } from './pace.js'
import { openPicture, type Picture } from './picture.js'
import { probeVideo, type VideoInfo } from './probe.js'
import { StaticBand, type Flicker } from './flicker.js'
import { findPrograms, listEncoders, type Programs } from './programs.js'
import { Target } from './target.js'

export interface VideoReport {
  /** Absolute. */
  readonly input: string
  readonly output: string
  readonly codec: string
  readonly encoder: string
  readonly width: number
  readonly height: number
  readonly frames: number
  /** That the work took. */
  readonly seconds: number
  readonly framesPerSecond: number
  readonly flicker: Flicker
  /** Cuts between scenes that were found; looked for with `smooth`, true or false, and with `depthEvery` above 1. */
  readonly cuts: number
  /** What was changed or guessed, for a person to read. */
  readonly notes: readonly string[]
  /** What ffmpeg said about damage to the input: what could be decoded was done. */
  readonly damage: readonly string[]
}

interface Job {
  readonly matting: Pick<Matting, 'frames'>
  readonly programs: Programs
  readonly info: VideoInfo
  readonly options: VideoOptions
  readonly picture: Picture
  readonly target: Target
  readonly encoding: EncodeOptions
}

interface Outcome {
  readonly frames: number
  readonly damage: readonly string[]
  /** In ticks. */
  readonly resizedAt: number | undefined
  readonly flicker: Flicker
  readonly cuts: number
}

/**
 * Rejects with ERR_ARGUMENT, an ERR_INPUT… or ERR_OUTPUT… that names the file, ERR_FFMPEG_MISSING, ERR_FFMPEG_FAILED,
 * ERR_ABORTED, or as `Matting.frames` does. After ERR_ABORTED the output holds the frames that were done; after any other
 * error there is none.
 */
export async function matteVideo(
  matting: Pick<Matting, 'frames'>,
  input: string,
  output: string,
  options: VideoOptions = {},
): Promise<VideoReport> {
  checkVideoOptions(input, output, options)
  const limits = resolveVideoLimits(options.limits)
  const { signal, start, duration } = options
  const codec = chooseCodec(output, options.codec)
  const kind = kindOf(codec, options)
  throwIfAborted(signal)
  const programs = await findPrograms(options.ffmpeg)
  const encoder = chooseEncoder(codec, await listEncoders(programs))
  const info = await probeVideo(programs, resolve(input), limits, signal)
  decodeArguments(info, { ...options, limits })
  const target = await Target.prepare(input, output)
  const picture = await openPicture(kind, options.background, {
    ...{ programs, info, output: target.path },
    options: { toneMap: options.toneMap, limits, signal },
  })
  try {
    const ticks = options.fps === undefined ? info.timeBase : frameTime(options.fps)
    const encoding = { codec, encoder, pixels: picture.pixels, ticks, output: target.written, start, duration }
    const began = performance.now()
    const job = { matting, programs, info, options, picture, target, encoding }
    const { frames, damage, resizedAt, flicker, cuts } = await run(job, limits)
    const notes = [...notesOf(info, codec), ...picture.notes, ...resizeNotes(info, resizedAt, ticks)]
    const seconds = (performance.now() - began) / 1000
    return {
      ...{ input: info.path, output: target.path, codec: codec.name, encoder, width: info.width, height: info.height },
      ...{ frames, seconds, framesPerSecond: frames / seconds, flicker, cuts, notes, damage },
    }
  } finally {
    await picture.close()
  }
}

async function run(
  { matting, programs, info, options, picture, target, encoding }: Job,
  limits: ReturnType<typeof resolveVideoLimits>,
): Promise<Outcome> {
  const { signal, depthEvery, smooth, onProgress } = options
  const steady = smooth === undefined ? undefined : smooth ? 'smooth' : 'measure'
  const band = new StaticBand()
  const decoder = new Decoder(programs, info, { ...options, limits })
  const pace = new Pace(framesExpected(info, options), onProgress)
  const { num, den } = encoding.ticks
  let encoder: Encoder | undefined
  let first = 0
  try {
    for await (const frame of matting.frames(decoder.frames(), { depthEvery, steady, signal })) {
      band.add(frame)
      if (!encoder) first = frame.timestamp
      encoder ??= new Encoder(programs, info, encoding, first, limits.stall)
      const samples = await picture.of(frame, ((frame.timestamp - first) * num) / den)
      await encoder.write(samples, frame.timestamp)
      decoder.recycle(frame.source)
      pace.wrote()
    }
    if (!encoder)
      throw new PdfnetError('ERR_INPUT_NO_VIDEO', `no frame of ${info.path} lies in the span that was asked for`)
    await encoder.finish()
    await target.keep()
  } catch (error) {
    if (signal?.aborted && encoder && pace.frames > 0) {
      await encoder.interrupt()
      await target.keep()
    } else {
      await encoder?.abandon()
      await target.discard()
    }
    throw error
  }
  return {
    frames: pace.frames,
    damage: decoder.damage,
    resizedAt: decoder.resizedAt,
    flicker: band.flicker,
    cuts: band.cuts,
  }
}

/** Throws ERR_OUTPUT_FORMAT. */
function kindOf({ name, hasAlpha }: Codec, { show, background }: VideoOptions): VideoKind {
  const kind = show ?? (background === undefined ? 'cutout' : 'composite')
  if (kind !== 'cutout' || hasAlpha) return kind
  throw new PdfnetError('ERR_OUTPUT_FORMAT', `${name} holds no alpha`, {
    remedy: 'Give a background, show the alpha alone, or use .webm (VP9), .mov (ProRes, qtrle) or .mkv (FFV1)',
  })
}

function framesExpected(
  { frames, frameRate }: VideoInfo,
  { start = 0, duration, fps }: VideoOptions,
): number | undefined {
  if (frames === undefined || (start === 0 && duration === undefined && fps === undefined)) return frames
  if (!frameRate) return undefined
  const rate = frameRate.num / frameRate.den
  const seconds = Math.min(frames / rate - start, duration ?? Infinity)
  return Math.max(0, Math.round(seconds * (fps ?? rate)))
}
