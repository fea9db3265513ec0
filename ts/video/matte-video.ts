/** A video file in, a matted video file out: frames stream through, in order, in bounded memory. */

import { resolve } from 'node:path'
import { PdfnetError, throwIfAborted } from '../errors.js'
import type { Matting } from '../matting/index.js'
import { chooseCodec, chooseEncoder, type Codec } from './codecs.js'
import { decodeArguments, frameTime } from './decode-arguments.js'
import { Decoder } from './decode.js'
import { pixelFormatOf, type EncodeOptions } from './encode-arguments.js'
import { Encoder } from './encode.js'
import { checkVideoOptions, resolveVideoLimits, type VideoKind, type VideoOptions } from './options.js'
import { Pace } from './pace.js'
import { pictureOf, type Picture } from './picture.js'
import { probeVideo, type Ratio, type VideoInfo } from './probe.js'
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
  const { background, signal, start, duration } = options
  const codec = chooseCodec(output, options.codec)
  const kind = kindOf(codec, options)
  throwIfAborted(signal)
  const programs = await findPrograms(options.ffmpeg)
  const encoder = chooseEncoder(codec, await listEncoders(programs))
  const info = await probeVideo(programs, resolve(input), limits, signal)
  decodeArguments(info, { ...options, limits })
  const picture = await pictureOf(kind, background, info)
  const target = await Target.prepare(input, output)
  const ticks = options.fps === undefined ? info.timeBase : frameTime(options.fps)
  const { pixels } = picture
  const encoding = { codec, encoder, pixels, ticks, output: target.written, start, duration }
  const began = performance.now()
  const job = { matting, programs, info, options, picture, target, encoding }
  const { frames, damage, resizedAt, flicker, cuts } = await run(job, limits)
  const notes = [...notesOf(info, codec), ...resizeNotes(info, resizedAt, ticks)]
  const seconds = (performance.now() - began) / 1000
  return {
    ...{ input: info.path, output: target.path, codec: codec.name, encoder, width: info.width, height: info.height },
    ...{ frames, seconds, framesPerSecond: frames / seconds, flicker, cuts, notes, damage },
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
  let encoder: Encoder | undefined
  try {
    for await (const frame of matting.frames(decoder.frames(), { depthEvery, steady, signal })) {
      band.add(frame)
      encoder ??= new Encoder(programs, info, encoding, frame.timestamp, limits.stall)
      await encoder.write(await picture.of(frame), frame.timestamp)
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

function notesOf(info: VideoInfo, codec: Codec): readonly string[] {
  const { colour, bits, isInterlaced, audio, width, height } = info
  const lost = codec.sound === undefined && audio.length > 0
  const changed =
    codec.sound && codec.sound.keeps !== 'any' ? audio.filter((one) => !codec.sound!.keeps.includes(one)) : []
  return [
    ...(colour.isGuess ? [`its colour matrix is not tagged: taken for ${colour.matrix ?? ''}`] : []),
    ...(colour.isHdr ? ['HDR was tone-mapped to SDR'] : []),
    ...(bits > 8 ? [`its ${bits} bits a sample were brought to 8`] : []),
    ...(isInterlaced ? ['it was deinterlaced, a frame for each of its frames'] : []),
    ...(lost ? [`${codec.name} holds no sound: it was left out`] : []),
    ...(changed.length > 0 ? [`its sound (${changed.join(', ')}) was encoded again as ${codec.sound!.encoder}`] : []),
    ...(pixelFormatOf(codec, width, height) !== codec.pixelFormat ? ['its size is odd: written as 4:4:4'] : []),
  ]
}

function resizeNotes({ width, height }: VideoInfo, at: number | undefined, { num, den }: Ratio): readonly string[] {
  if (at === undefined) return []
  const seconds = ((at * num) / den).toFixed(2)
  return [`its size changes, ${seconds} s after where it began: from there frames were scaled to ${width}×${height}`]
}
