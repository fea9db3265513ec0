/** A video file in, a matted video file out: frames stream through, in order, in bounded memory. */

import { resolve } from 'node:path'
import { PdfnetError, throwIfAborted } from '../errors.js'
import type { Matting, RawFrame } from '../matting/index.js'
import { chooseCodec, type Codec } from './codecs.js'
import { decodeArguments, frameTime, type DecoderName } from './decode-arguments.js'
import { Decoder } from './decode.js'
import type { EncodeOptions } from './encode-arguments.js'
import { decoderFor, encoderFor } from './hardware.js'
import { checkHevcAlpha } from './hevc-alpha.js'
import { openOutput } from './output.js'
import { notesOf, resizeNotes } from './notes.js'
import { checkVideoOptions, resolveVideoLimits, shownKind, type VideoKind, type VideoOptions } from './options.js'
import { Pace } from './pace.js'
import { openPreview, type Preview } from './preview.js'
import { openPicture, type Picture } from './picture.js'
import { probeVideo, type VideoInfo } from './probe.js'
import { StaticBand, type Flicker } from './flicker.js'
import { findPrograms, listEncoders, type Programs } from './programs.js'
import { checkSegments } from './segments.js'
import { Target } from './target.js'

export interface VideoReport {
  /** Absolute. */
  readonly input: string
  readonly output: string
  readonly codec: string
  /** As ffmpeg names it. */
  readonly encoder: string
  readonly decoder: DecoderName
  readonly width: number
  readonly height: number
  readonly frames: number
  /** That this run took. */
  readonly seconds: number
  /** Of this run's. */
  readonly framesPerSecond: number
  readonly flicker: Flicker
  /** Cuts between scenes that were found; looked for with `smooth`, true or false, and with `depthEvery` above 1. */
  readonly cuts: number
  /** What was changed or guessed, for a person to read. */
  readonly notes: readonly string[]
  /** What ffmpeg said about damage to the input: what could be decoded was done. */
  readonly damage: readonly string[]
}

/** With a fingerprint `resume` can tell whether segments are of the same model. */
export type VideoMatting = Pick<Matting, 'frames'> & Partial<Pick<Matting, 'fingerprint'>>

interface Job {
  readonly matting: VideoMatting
  readonly programs: Programs
  /** Encoders of the build. */
  readonly built: ReadonlySet<string>
  readonly info: VideoInfo
  readonly options: VideoOptions
  readonly decoder: DecoderName
  readonly picture: Picture
  readonly target: Target
  readonly encoding: EncodeOptions
}

interface Outcome {
  readonly frames: number
  /** Of those: by an earlier run. */
  readonly done: number
  readonly notes: readonly string[]
  readonly damage: readonly string[]
  /** In ticks. */
  readonly resizedAt: number | undefined
  readonly flicker: Flicker
  readonly cuts: number
}

/**
 * Rejects with ERR_ARGUMENT, an ERR_INPUT… or ERR_OUTPUT… that names the file, ERR_FFMPEG_MISSING, ERR_FFMPEG_FAILED,
 * ERR_ABORTED, or as `Matting.frames` does. After ERR_ABORTED the output holds the frames that were done; after any other
 * error there is none. With `resume` there is none after both, and whole segments lie beside it.
 */
export async function matteVideo(
  matting: VideoMatting,
  input: string,
  output: string,
  options: VideoOptions = {},
): Promise<VideoReport> {
  checkVideoOptions(input, output, options)
  const limits = resolveVideoLimits(options.limits)
  const { signal, start, duration } = options
  const wanted = chooseCodec(output, options.codec)
  const kind = kindOf(wanted, options)
  if (options.resume) checkSegments(wanted)
  throwIfAborted(signal)
  const programs = await findPrograms(options.ffmpeg)
  const built = await listEncoders(programs)
  const info = await probeVideo(programs, resolve(input), limits, signal)
  decodeArguments(info, { ...options, decoder: undefined, limits })
  const { codec, encoder, notes: encoderNotes } = await encoderFor(programs, built, wanted, info, options.encoder)
  if (codec.isAlphaDoubtful) await checkHevcAlpha(programs, codec, encoder)
  const { decoder, notes: decoderNotes } = await decoderFor(programs, info, options.decoder)
  const target = await Target.prepare(input, output)
  let picture: Picture | undefined
  try {
    picture = await openPicture(kind, options.background, {
      ...{ programs, info, output: target.path },
      options: { toneMap: options.toneMap, limits, signal },
    })
    const ticks = options.fps === undefined ? info.timeBase : frameTime(options.fps)
    const encoding = { codec, encoder, pixels: picture.pixels, ticks, output: target.written, start, duration }
    const began = performance.now()
    const job = { matting, programs, built, info, options, decoder, picture, target, encoding }
    const { frames, done, damage, resizedAt, flicker, cuts, notes: outputNotes } = await run(job, limits)
    const late = options.preview !== undefined && done > 0 ? ['its preview begins where this run did'] : []
    const notes = [
      ...outputNotes,
      ...late,
      ...encoderNotes,
      ...decoderNotes,
      ...notesOf(info, codec),
      ...picture.notes,
      ...resizeNotes(info, resizedAt, ticks),
      ...(await target.notes(frames)),
    ]
    const seconds = (performance.now() - began) / 1000
    return {
      ...{
        input: info.path,
        output: target.path,
        codec: codec.name,
        encoder,
        decoder,
        width: info.width,
        height: info.height,
      },
      ...{ frames, seconds, framesPerSecond: (frames - done) / seconds, flicker, cuts, notes, damage },
    }
  } finally {
    await picture?.close()
    await target.release()
  }
}

async function run(
  { matting, programs, built, info, options, decoder: decodes, picture, target, encoding }: Job,
  limits: ReturnType<typeof resolveVideoLimits>,
): Promise<Outcome> {
  const { signal, depthEvery, smooth, lookAhead, onProgress } = options
  const steady = smooth === undefined ? undefined : smooth ? 'smooth' : 'measure'
  const { stall } = limits
  const output = await openOutput({ programs, info, encoding, target, stall }, matting, options)
  const band = new StaticBand(output.band)
  const decoder = new Decoder(programs, info, { ...options, decoder: decodes, limits, skip: output.done })
  const pace = new Pace(framesExpected(info, options), onProgress, output.done)
  const { num, den } = encoding.ticks
  const source = withBorders(decoder.frames(), output.borders)
  let preview: Preview | undefined
  try {
    const showing = { programs, info, stall, ticks: encoding.ticks, built, output: target.path }
    preview = options.preview === undefined ? undefined : await openPreview(options.preview, showing)
    for await (const frame of matting.frames(source, { depthEvery, steady, lookAhead, signal })) {
      band.add(frame)
      const sinceFirst = frame.timestamp - (output.first ?? frame.timestamp)
      const samples = await picture.of(frame, (sinceFirst * num) / den)
      await output.write(samples, frame.timestamp, band.sums)
      await preview?.add(frame, (options.start ?? 0) + (frame.timestamp * num) / den)
      decoder.recycle(frame.source)
      pace.wrote()
    }
    await output.finish(band.sums)
    await preview?.finish()
  } catch (error) {
    await output.stop(signal?.aborted === true)
    await preview?.stop(signal?.aborted === true)
    throw error
  }
  return {
    frames: pace.frames,
    done: output.done,
    notes: output.notes,
    damage: decoder.damage,
    resizedAt: decoder.resizedAt,
    flicker: band.flicker,
    cuts: band.cuts,
  }
}

/** The frames at which segments begin are told to be cuts, so that it makes no difference where a run begins. */
async function* withBorders(frames: AsyncIterable<RawFrame>, every: number | undefined): AsyncGenerator<RawFrame> {
  let count = 0
  for await (const frame of frames) {
    yield every !== undefined && count % every === 0 ? { ...frame, isCut: true } : frame
    count += 1
  }
}

/** Throws ERR_OUTPUT_FORMAT. */
function kindOf({ name, hasAlpha }: Codec, options: VideoOptions): VideoKind {
  const kind = shownKind(options)
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
