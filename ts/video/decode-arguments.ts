/** How ffmpeg is told to decode a file to raw frames, with their timestamps beside them. */

import { PdfnetError } from '../errors.js'
import type { Size } from '../image/index.js'
import type { Ratio, VideoInfo } from './probe.js'
import { trustedInput, type VideoLimits } from './trust.js'

export interface Span {
  /** Seconds from the file's beginning. @default 0 */
  readonly start?: number | undefined
  /** Seconds. @default to its end */
  readonly duration?: number | undefined
}

export type DecoderName = 'software' | 'cuda'

export interface DecodeOptions extends Span {
  /** Frames a second, in place of the file's own times. */
  readonly fps?: number | undefined
  /** Whether HDR is brought to SDR; otherwise it is refused. */
  readonly toneMap?: boolean | undefined
  /** Begins anew at its end, its times going on. @default false */
  readonly isEndless?: boolean | undefined
  /** What frames are scaled to before they are cropped at their centre; otherwise they are only scaled. */
  readonly cover?: Size | undefined
  /** Frames at the beginning that are decoded and not given; their times are. @default 0 */
  readonly skip?: number | undefined
  /** What decodes. @default 'software' */
  readonly decoder?: DecoderName | undefined
  readonly limits: VideoLimits
  readonly signal?: AbortSignal | undefined
}

/** Of HDR: to linear light, tone-mapped, and to BT.709. */
const toneMapping =
  'zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv'

/**
 * One pixel of each frame, so that it has a line with its time and a checksum. Its value stands for the frame's size in
 * the file, which may change: lut knows the size of what is left after the first crop.
 * The scale keeps the format gray from being agreed on for the pictures too, which happens to spans.
 */
const sizePixel = 'crop=iw:max(1\\,mod(ih\\,61)):0:0:exact=1,scale,format=gray,lut=c0=mod(3*w+83*h\\,251),crop=1:1:0:0'

/**
 * Raw frames on pipe 1, a line of framecrc for each on pipe 3. The lines come first among the filters and among the
 * outputs: one frame of the file may become many at a time, and whoever reads them waits for each one's line. Throws
 * ERR_INPUT_REFUSED for HDR.
 */
export function decodeArguments(info: VideoInfo, options: DecodeOptions): string[] {
  const { stream, timeBase } = info
  const ticks = options.fps === undefined ? timeBase : frameTime(options.fps)
  const timed = ['-fps_mode', 'passthrough', '-enc_time_base', `${ticks.num}:${ticks.den}`]
  const { before, after } = pictureFilters(info, options)
  const graph = [
    `[0:${stream}]${[...before, 'split[copy][picture]'].join(',')}`,
    `[copy]${sizePixel}[times]`,
    `[picture]${after.join(',')}[frames]`,
  ].join(';')
  return [
    // Corrupt packets are warnings: `damageOf` tells them from the others.
    ...['-loglevel', 'level+warning'],
    ...spanArguments(options),
    ...(options.isEndless ? ['-stream_loop', '-1'] : []),
    ...(options.decoder === 'cuda' ? ['-hwaccel', 'cuda'] : []),
    ...['-max_pixels', `${options.limits.pixels}`],
    ...trustedInput(info.path),
    ...['-filter_complex', graph],
    ...['-map', '[times]', '-c:v', 'rawvideo', ...timed, '-flush_packets', '1', '-f', 'framecrc', 'pipe:3'],
    ...['-map', '[frames]', '-c:v', 'rawvideo', ...timed, '-f', 'rawvideo', 'pipe:1'],
  ]
}

/** What stands before `-i` so that only a part of the file is read. */
export function spanArguments({ start, duration }: Span): string[] {
  return [...(start === undefined ? [] : ['-ss', `${start}`]), ...(duration === undefined ? [] : ['-t', `${duration}`])]
}

/** Seconds of one tick of the frames' timestamps where their rate was chosen. */
export function frameTime(fps: number): Ratio {
  return { num: 1000, den: Math.round(fps * 1000) }
}

function pictureFilters(
  { path, width, height, isInterlaced, colour }: VideoInfo,
  options: DecodeOptions,
): { readonly before: readonly string[]; readonly after: readonly string[] } {
  const { fps, toneMap, skip, cover } = options
  if (colour.isHdr && toneMap !== true) {
    throw new PdfnetError('ERR_INPUT_REFUSED', `${path} is HDR (${colour.transfer ?? ''}), which engines do not know`, {
      remedy: 'Have it tone-mapped to SDR: --tone-map',
    })
  }
  const matrix = colour.isHdr ? 'bt709' : colour.matrix
  const range = colour.isHdr ? 'tv' : colour.range
  const from = matrix === undefined ? '' : `:in_color_matrix=${matrix}:in_range=${range}`
  const before = [
    ...(isInterlaced ? ['bwdif=mode=send_frame:deint=interlaced'] : []),
    ...(fps === undefined ? [] : [`fps=${fps}`]),
  ]
  const after = [
    ...(skip ? [`select=gte(n\\,${skip})`] : []),
    ...(colour.isHdr ? [toneMapping] : []),
    `scale=${cover?.width ?? width}:${cover?.height ?? height}:flags=bilinear+accurate_rnd+full_chroma_int${from}:out_range=pc`,
    'format=rgb24',
    ...(cover ? [`crop=${width}:${height}`] : []),
  ]
  return { before, after }
}
