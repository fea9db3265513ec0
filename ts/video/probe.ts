/** What a video file is, as ffprobe sees it, before anything is decoded. */

import { execFile } from 'node:child_process'
import { open } from 'node:fs/promises'
import { promisify } from 'node:util'
import { asPdfnetError, PdfnetError, throwIfAborted } from '../errors.js'
import { colourOf, type Colour } from './colour.js'
import type { Programs } from './programs.js'
import { trustedInput, type VideoLimits } from './trust.js'

/** A fraction: of seconds, of width to height, of frames a second. */
export interface Ratio {
  readonly num: number
  readonly den: number
}

export interface VideoInfo {
  /** Absolute. */
  readonly path: string
  /** Of the stream that is taken, among all of the file. */
  readonly stream: number
  /** Pixels, upright. */
  readonly width: number
  readonly height: number
  /** Seconds of one tick of its timestamps. */
  readonly timeBase: Ratio
  /** On average; undefined where it is not known. */
  readonly frameRate: Ratio | undefined
  /** As the container says, or by its duration; undefined where neither is known. */
  readonly frames: number | undefined
  /** Width to height of one pixel, upright. */
  readonly pixelAspect: Ratio
  readonly isInterlaced: boolean
  readonly bits: number
  readonly colour: Colour
  /** Codecs of its sound, by track. */
  readonly audio: readonly string[]
}

interface Stream {
  readonly index: number
  readonly codec_type: string
  readonly codec_name?: string
  readonly width?: number
  readonly height?: number
  readonly pix_fmt?: string
  readonly bits_per_raw_sample?: string
  readonly color_space?: string
  readonly color_range?: string
  readonly color_primaries?: string
  readonly color_transfer?: string
  readonly field_order?: string
  readonly sample_aspect_ratio?: string
  readonly time_base?: string
  readonly avg_frame_rate?: string
  readonly nb_frames?: string
  readonly duration?: string
  readonly disposition?: { readonly attached_pic?: number }
  readonly side_data_list?: readonly { readonly rotation?: number }[]
}

interface Probed {
  readonly streams?: readonly Stream[]
  readonly format?: { readonly duration?: string }
}

const run = promisify(execFile)

/**
 * Rejects with ERR_INPUT_MISSING, ERR_INPUT_READ, ERR_INPUT_REFUSED, ERR_INPUT_FORMAT, ERR_INPUT_NO_VIDEO,
 * ERR_INPUT_LIMIT or ERR_ABORTED.
 */
export async function probeVideo(
  programs: Programs,
  path: string,
  limits: VideoLimits,
  signal?: AbortSignal,
): Promise<VideoInfo> {
  await checkFile(path)
  return probeInput(programs, { name: path, arguments: trustedInput(path) }, limits, signal)
}

/** As `probeVideo`, of whatever ffprobe is told to open; without a look at it before. */
export async function probeInput(
  programs: Programs,
  { name: path, arguments: input }: { readonly name: string; readonly arguments: readonly string[] },
  limits: VideoLimits,
  signal?: AbortSignal,
): Promise<VideoInfo> {
  const { streams = [], format } = await ffprobe(programs, path, input, limits, signal)
  const videos = streams.filter((one) => one.codec_type === 'video' && one.disposition?.attached_pic !== 1)
  const video = videos.find(({ width = 0, height = 0 }) => width > 0 && height > 0)
  if (!video) throw new PdfnetError('ERR_INPUT_NO_VIDEO', `${path} holds no video that can be decoded`)
  const info = infoOf(path, video, format?.duration)
  const audio = streams
    .filter(({ codec_type }) => codec_type === 'audio')
    .map(({ codec_name = 'unknown' }) => codec_name)
  checkFrameSize(info, limits)
  return { ...info, audio }
}

function infoOf(path: string, stream: Stream, seconds: string | undefined): Omit<VideoInfo, 'audio'> {
  const { index, width = 0, height = 0, pix_fmt = '' } = stream
  const turned = quarterTurns(path, stream) % 2 === 1
  const aspect = ratioOf(stream.sample_aspect_ratio, ':') ?? { num: 1, den: 1 }
  const frameRate = ratioOf(stream.avg_frame_rate)
  const duration = Number(stream.duration ?? seconds)
  const estimate = frameRate && duration > 0 ? Math.round((duration * frameRate.num) / frameRate.den) : undefined
  return {
    path,
    stream: index,
    ...(turned ? { width: height, height: width } : { width, height }),
    timeBase: ratioOf(stream.time_base) ?? { num: 1, den: 1000 },
    frameRate,
    frames: Number(stream.nb_frames) || estimate,
    pixelAspect: turned ? { num: aspect.den, den: aspect.num } : aspect,
    isInterlaced: ['tt', 'bb', 'tb', 'bt'].includes(stream.field_order ?? ''),
    bits: Number(stream.bits_per_raw_sample) || Number(/p(\d\d)[lb]e$/.exec(pix_fmt)?.[1] ?? 8),
    colour: colourOf({ ...stream, height }),
  }
}

function quarterTurns(path: string, { side_data_list = [] }: Stream): number {
  const rotation = side_data_list.find((one) => one.rotation !== undefined)?.rotation ?? 0
  if (rotation % 90 === 0) return Math.abs(rotation / 90)
  throw new PdfnetError('ERR_INPUT_REFUSED', `${path} is to be shown turned by ${rotation}°; expected quarter turns`, {
    remedy: 'Turn it with ffmpeg first',
  })
}

function checkFrameSize({ path, width, height }: Omit<VideoInfo, 'audio'>, limits: VideoLimits): void {
  if (width * height <= limits.pixels && Math.max(width, height) <= limits.side) return
  const allowed = `at most ${limits.pixels} pixels and ${limits.side} a side`
  const details = { width, height, limits }
  throw new PdfnetError('ERR_INPUT_LIMIT', `${path} is ${width}×${height}; expected ${allowed}`, { details })
}

function ratioOf(text = '', between = '/'): Ratio | undefined {
  const [num, den] = text.split(between).map(Number)
  return num && den ? { num, den } : undefined
}

/** What other files are named in, by its first bytes: FFmpeg only says that it is no video. */
const playlist = /^\s*(#EXTM3U|ffconcat|<\?xml|<MPD|v=0\r?\n|\[playlist\])/

async function checkFile(path: string): Promise<void> {
  const file = await open(path).catch((cause: unknown) => {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    throw isMissing
      ? new PdfnetError('ERR_INPUT_MISSING', `there is no file ${path}`, { cause })
      : new PdfnetError('ERR_INPUT_READ', `${path} cannot be read`, { cause })
  })
  try {
    if (!(await file.stat()).isFile()) throw new PdfnetError('ERR_INPUT_READ', `${path} is not a file`)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0)
    if (playlist.test(buffer.toString('latin1', 0, bytesRead))) throw refused(path)
  } finally {
    await file.close()
  }
}

function refused(path: string, cause?: unknown): PdfnetError {
  return new PdfnetError('ERR_INPUT_REFUSED', `${path} is of a format that is refused, as it could open other files`, {
    remedy: 'Pass the video itself, as MP4, MOV, Matroska, WebM, MPEG-TS or AVI',
    cause,
  })
}

async function ffprobe(
  { ffprobe: program }: Programs,
  path: string,
  input: readonly string[],
  { stall }: VideoLimits,
  signal: AbortSignal | undefined,
): Promise<Probed> {
  const args = ['-v', 'error', '-of', 'json', '-show_streams', '-show_format', ...input]
  const options = {
    timeout: stall * 1000,
    maxBuffer: 2 ** 24,
    killSignal: 'SIGKILL',
    ...(signal && { signal }),
  } as const
  try {
    return JSON.parse((await run(program, args, options)).stdout) as Probed
  } catch (cause) {
    throwIfAborted(signal)
    throw refusal(path, cause)
  }
}

function refusal(path: string, cause: unknown): PdfnetError {
  const { stderr, killed } = cause as { readonly stderr?: string; readonly killed?: boolean }
  if (killed) return new PdfnetError('ERR_INPUT_STALLED', `${path} was not probed in time`, { cause })
  if (stderr === undefined) return asPdfnetError(cause, 'ERR_FFMPEG_FAILED')
  const said = new Error(stderr.split('\n', 1)[0]!.replace(/^\[[^\]]*\] /, ''), { cause })
  if (stderr.includes('not on whitelist')) return refused(path, said)
  return new PdfnetError('ERR_INPUT_FORMAT', `${path} is not a video in a known format, or is damaged`, {
    remedy: 'Pass a whole video, as MP4, MOV, Matroska, WebM, MPEG-TS or AVI',
    cause: said,
  })
}
