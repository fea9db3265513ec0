/** Encoders and decoders of a GPU: taken by choice, once a tiny run of ffmpeg has shown that they work here. */

import { PdfnetError } from '../errors.js'
import type { Size } from '../image/index.js'
import { chooseEncoder, type Codec } from './codecs.js'
import type { DecoderName } from './decode-arguments.js'
import { pixelFormatOf } from './encode-arguments.js'
import type { VideoInfo } from './probe.js'
import { FfmpegProcess } from './process.js'
import type { Programs } from './programs.js'
import { trustedInput } from './trust.js'
import { Watchdog } from './watchdog.js'

/** `auto` takes the GPU where that works. */
export const encoderChoices = ['software', 'auto', 'nvenc'] as const
export type EncoderChoice = (typeof encoderChoices)[number]

export const decoderChoices = ['software', 'auto', 'cuda'] as const
export type DecoderChoice = (typeof decoderChoices)[number]

export interface ChosenEncoder {
  /** With the encoder's own arguments. */
  readonly codec: Codec
  /** As ffmpeg names it. */
  readonly encoder: string
  readonly notes: readonly string[]
}

export interface ChosenDecoder {
  readonly decoder: DecoderName
  readonly notes: readonly string[]
}

/** Seconds that a tiny run may take: a driver may have to wake up. */
const patience = 30

/**
 * Rejects with ERR_OUTPUT_FORMAT where the build has no encoder, ERR_DEVICE_MISSING where the one that was named fails.
 * @param built encoders of the build
 */
export async function encoderFor(
  programs: Programs,
  built: ReadonlySet<string>,
  codec: Codec,
  size: Size,
  choice: EncoderChoice = 'software',
): Promise<ChosenEncoder> {
  const software = (): ChosenEncoder => ({ codec, encoder: chooseEncoder(codec, built), notes: [] })
  if (choice === 'software') return software()
  const { nvenc } = codec
  const fault = !nvenc
    ? `it does not encode ${codec.name}`
    : built.has(nvenc.encoder)
      ? await faultOf(programs, tinyEncode(codec, nvenc, size))
      : `this ffmpeg is built without ${nvenc.encoder}`
  if (nvenc && fault === undefined) {
    return { codec: { ...codec, arguments: nvenc.arguments }, encoder: nvenc.encoder, notes: [] }
  }
  if (choice === 'nvenc') throw missing('NVENC', fault!, '--encoder software')
  const chosen = software()
  return { ...chosen, notes: [`encoded by ${chosen.encoder}, not by NVENC: ${fault!}`] }
}

/** Rejects with ERR_DEVICE_MISSING where the one that was named does not decode the file. */
export async function decoderFor(
  programs: Programs,
  info: VideoInfo,
  choice: DecoderChoice = 'software',
): Promise<ChosenDecoder> {
  if (choice === 'software') return { decoder: 'software', notes: [] }
  const fault = await faultOf(programs, tinyDecode(info))
  if (fault === undefined) return { decoder: 'cuda', notes: [] }
  if (choice === 'cuda') throw missing('CUDA decoding', fault, '--decoder software')
  return { decoder: 'software', notes: [`decoded in software, not by CUDA: ${fault}`] }
}

function tinyEncode(codec: Codec, nvenc: NonNullable<Codec['nvenc']>, { width, height }: Size): string[] {
  return [
    ...['-f', 'lavfi', '-i', `color=black:s=${width}x${height}:r=25:d=0.2`, '-frames:v', '2'],
    ...['-pix_fmt', pixelFormatOf(codec, width, height), '-c:v', nvenc.encoder, ...nvenc.arguments, '-f', 'null', '-'],
  ]
}

/** Frames that were not decoded by the GPU cannot be downloaded from it: where it fails, ffmpeg itself goes on without. */
function tinyDecode({ path, stream }: VideoInfo): string[] {
  return [
    ...['-hwaccel', 'cuda', '-hwaccel_output_format', 'cuda', ...trustedInput(path), '-map', `0:${stream}`],
    ...['-frames:v', '1', '-vf', 'hwdownload,format=nv12|p010le|p016le|yuv444p|yuv444p16le', '-f', 'null', '-'],
  ]
}

/** What ffmpeg said first; undefined where it went well. */
async function faultOf({ ffmpeg }: Programs, args: readonly string[]): Promise<string | undefined> {
  const run = new FfmpegProcess(ffmpeg, args)
  const watchdog = new Watchdog(patience, () => run.kill())
  watchdog.watch()
  run.input.end()
  run.output.resume()
  run.sideOutput.resume()
  const { status, said } = await run.ended
  watchdog.rest()
  if (status === 0) return undefined
  return watchdog.hasStalled
    ? `nothing was done in ${patience} s`
    : (said[0]?.replace(/^\[[^\]]*\] /, '') ?? 'ffmpeg failed and said nothing')
}

function missing(what: string, fault: string, instead: string): PdfnetError {
  return new PdfnetError('ERR_DEVICE_MISSING', `${what} does not work here: ${fault}`, { remedy: `Use ${instead}` })
}
