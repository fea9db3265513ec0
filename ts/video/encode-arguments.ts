/** How ffmpeg is told to encode raw frames from a pipe, with the sound of the file that they come from. */

import type { Codec } from './codecs.js'
import { matrixTag, usualMatrix } from './colour.js'
import { spanArguments, type Span } from './decode-arguments.js'
import type { Pixels } from './matroska.js'
import type { Ratio, VideoInfo } from './probe.js'
import { fileUrl, trustedInput } from './trust.js'

export interface EncodeOptions extends Span {
  readonly codec: Codec
  readonly encoder: string
  readonly pixels: Pixels
  /** From these pixels to the codec's. @default what keeps the picture as it is */
  readonly filters?: string | undefined
  /** Seconds of one tick of the frames' timestamps. */
  readonly ticks: Ratio
  /** Absolute path that is written. */
  readonly output: string
}

/** A second at a time goes to the file, so that what was written before all ended by force can be played. */
export const fragments: Readonly<Record<string, readonly string[]>> = {
  mov: ['-movflags', '+delay_moov+default_base_moof', '-frag_duration', '1000000'],
  mp4: ['-movflags', '+delay_moov+default_base_moof', '-frag_duration', '1000000'],
  webm: ['-cluster_time_limit', '1000'],
  matroska: ['-cluster_time_limit', '1000'],
}

/** That are read on a thread of their own while others are encoded: ffmpeg 5.1 has none of its own for a single input. */
const framesAhead = 2

/** @param first the first frame's timestamp, in ticks: the sound keeps its distance from it */
export function encodeArguments(info: VideoInfo, options: EncodeOptions, first: number): string[] {
  const { codec, encoder, ticks, output } = options
  const { num, den } = ticks
  const sound = hasSound(info, options)
  return [
    ...['-y', '-protocol_whitelist', 'pipe', '-thread_queue_size', `${framesAhead}`],
    ...['-f', 'matroska', '-itsoffset', `${(first * num) / den}`, '-i', 'pipe:0'],
    ...(sound ? [...spanArguments(options), ...trustedInput(info.path)] : []),
    ...['-filter_complex', `[0:v]${options.filters ?? filters(info, options)}[out]`, '-map', '[out]'],
    ...(sound ? ['-map', '1:a', ...soundArguments(codec.sound!, info.audio)] : []),
    ...['-c:v', encoder, ...codec.arguments, ...colourTags(info, codec)],
    ...['-fps_mode', 'passthrough', '-enc_time_base', `${num}:${den}`],
    ...(['mp4', 'mov'].includes(codec.muxer) ? ['-video_track_timescale', `${Math.round(den / num)}`] : []),
    ...(fragments[codec.muxer] ?? []),
    ...['-progress', 'pipe:1', '-stats_period', '0.1'],
    ...['-max_muxing_queue_size', '4096', '-flush_packets', '1', '-f', codec.muxer, fileUrl(output)],
  ]
}

export function hasSound({ audio }: VideoInfo, { codec }: EncodeOptions): boolean {
  return codec.sound !== undefined && audio.length > 0
}

function filters({ width, height, pixelAspect, colour }: VideoInfo, { codec, pixels }: EncodeOptions): string {
  const { num, den } = pixelAspect
  const aspect = `setsar=${num}/${den}`
  if (codec.isRgb) return `format=${codec.pixelFormat},${aspect}`
  const to = `out_color_matrix=${colour.matrix ?? usualMatrix}:in_range=pc:out_range=tv`
  const tags = `setparams=range=tv:colorspace=${matrixTag(colour.matrix ?? usualMatrix)}`
  const scale = `scale=flags=bicubic+accurate_rnd+full_chroma_int:${to},${tags}`
  const wanted = pixelFormatOf(codec, width, height)
  if (pixels !== 'rgba') return `${scale},format=${wanted},${aspect}`
  // Alpha goes around the conversion of colours, which would raise its middle values by one.
  const opaque = wanted.replace('yuva', 'yuv').replace('10le', '')
  return [
    'split[c][a];[a]alphaextract[alpha]',
    `[c]format=rgb24,${scale},format=${opaque}[colours]`,
    `[colours][alpha]alphamerge,format=${wanted},${aspect}`,
  ].join(';')
}

/** 4:2:0 halves odd sizes wrongly or not at all: those keep all of their colours. */
export function pixelFormatOf({ pixelFormat, hasAlpha }: Codec, width: number, height: number): string {
  const isOdd = width % 2 === 1 || height % 2 === 1
  return isOdd && !hasAlpha ? pixelFormat.replace('420', '444') : pixelFormat
}

function colourTags({ colour }: VideoInfo, { isRgb }: Codec): string[] {
  if (isRgb) return []
  const matrix = matrixTag(colour.matrix ?? usualMatrix)
  const tag = (name: string, value: string | undefined): string[] => (value ? [name, value] : [])
  const { primaries, transfer } = colour.isHdr ? { primaries: 'bt709', transfer: 'bt709' } : colour
  return [
    ...['-colorspace', matrix, '-color_range', 'tv'],
    ...[...tag('-color_primaries', primaries), ...tag('-color_trc', transfer)],
  ]
}

export function soundArguments({ keeps, encoder }: NonNullable<Codec['sound']>, tracks: readonly string[]): string[] {
  return tracks.flatMap((codec, track) => {
    const stays = keeps === 'any' || keeps.includes(codec)
    return [`-c:a:${track}`, stays ? 'copy' : encoder]
  })
}
