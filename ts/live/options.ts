/** The options of live video, what it tells of, and its report. */

import { isAbsolute } from 'node:path'
import { badArgument } from '../errors.js'
import type { Matting } from '../matting/index.js'
import { resolveVideoLimits, type VideoKind, type VideoLimits } from '../video/index.js'
import { liveEncoders, type LiveEncoder } from './egress-arguments.js'
import type { LiveDecision, LiveStep } from './governor.js'
import type { LiveLatency } from './latency.js'

export interface LiveOptions {
  /**
   * A V4L2 device, an address (rtsp, rtsps, srt, rtmp, rtmps), or a file, which is read at its own rate.
   * @example 'rtsp://camera.example/stream'
   */
  readonly input: string
  /**
   * A V4L2 loopback device, an address of the same schemes, or a file (.mkv, .ts, .flv); H.264 and AAC.
   * @example 'rtmp://server.example/live/key'
   */
  readonly output: string
  /**
   * Opened mattings, which stay open: the best first, and behind it cheaper ones, as of smaller sizes, for when the rate
   * cannot be held.
   */
  readonly mattings: readonly Pick<Matting, 'atOnce' | 'frames' | 'model'>[]
  /** What lies behind the object: a CSS colour, a picture, a video, or "blur". */
  readonly background?: string | undefined
  /** In place of a background, alpha alone may be shown. @default 'composite' */
  readonly show?: Exclude<VideoKind, 'cutout'> | undefined
  /**
   * Frames a second that are held, as long as so many come: by dropping late frames, then by making pseudo-depth rarer,
   * then by cheaper mattings. More are written where that is possible.
   * @default 24
   */
  readonly hold?: number | undefined
  /** Of a model with pseudo-depth: how many frames one depth map serves at least. @default 1 */
  readonly depthEvery?: number | undefined
  /** Whether the input may be HTTP, HTTPS or HLS. @default false */
  readonly allowHttp?: boolean | undefined
  /** What encodes; one that the build lacks is refused. @default 'libx264' */
  readonly encoder?: LiveEncoder | undefined
  /** Bits a second. @default three for each pixel: 6 million at 1080p */
  readonly bitrate?: number | undefined
  /** Seconds for which a lost input or output is tried again before all ends. @default 300 */
  readonly giveUp?: number | undefined
  /** Absolute folder of ffmpeg and ffprobe. @default the first of PATH that holds both */
  readonly ffmpeg?: string | undefined
  /** `stall` is 10 seconds here. */
  readonly limits?: Partial<VideoLimits> | undefined
  readonly onEvent?: ((event: LiveEvent) => void) | undefined
  /** Ends it with ERR_ABORTED, as it stands. */
  readonly signal?: AbortSignal | undefined
}

export type LiveEnd = 'input' | 'output'

export type LiveEvent =
  /** A connection is gone, and is tried again in `retryIn` ms. */
  | { readonly type: 'lost'; readonly end: LiveEnd; readonly reason: string; readonly retryIn: number }
  /** It is back, after so many ms. */
  | { readonly type: 'restored'; readonly end: LiveEnd; readonly after: number }
  | ({ readonly type: 'governor' } & LiveDecision)

export interface LiveReport {
  /** Without secrets. */
  readonly input: string
  readonly output: string
  readonly encoder: string
  readonly width: number
  readonly height: number
  readonly hasSound: boolean
  readonly seconds: number
  /** Frames that came; that were dropped, as they were late; that were written; that found no output. */
  readonly frames: {
    readonly arrived: number
    readonly dropped: number
    readonly written: number
    readonly unwritten: number
  }
  readonly framesPerSecond: number
  /**
   * From a frame's capture, by its timestamp and the quickest frame of the last ones, until the encoder had taken it; of
   * the last 2048 frames.
   */
  readonly latency: LiveLatency
  /** How often each was lost. */
  readonly losses: Readonly<Record<LiveEnd, number>>
  /** What frames are matted with now. */
  readonly step: LiveStep
}

const usualStall = 10

/** Throws ERR_ARGUMENT where there are no mattings. */
export function checkMattings(options: LiveOptions): void {
  check('options', 'an object', options, isObject(options))
  const { mattings } = options
  check('mattings', 'opened mattings', mattings, Array.isArray(mattings) && mattings.length > 0)
}

/** Throws ERR_ARGUMENT that names the first of the other options that is not what was expected. */
export function checkLiveOptions(options: Omit<LiveOptions, 'mattings'>): VideoLimits {
  const { background, show, hold, depthEvery, encoder, bitrate, giveUp, ffmpeg, onEvent, signal } = options
  check('show', "'composite' or 'alpha'", show, [undefined, 'composite', 'alpha'].includes(show))
  if ((show === 'alpha') === (background !== undefined)) {
    const expected = show === 'alpha' ? "nothing with show: 'alpha'" : "a colour, a picture, a video, or 'blur'"
    throw badArgument('background', expected, background)
  }
  checkNumber('hold', 'frames a second from 1 to 240', hold, 1, 240)
  checkNumber('depthEvery', 'an integer from 1 to 128', depthEvery, 1, 128)
  checkNumber('bitrate', 'bits a second from 10,000 to 1,000,000,000', bitrate, 1e4, 1e9)
  checkNumber('giveUp', 'seconds from 0 to 10,000,000', giveUp, 0, 1e7)
  check('depthEvery', 'an integer', depthEvery, depthEvery === undefined || Number.isInteger(depthEvery))
  check('allowHttp', 'true or false', options.allowHttp, [undefined, true, false].includes(options.allowHttp))
  check(
    'encoder',
    `one of ${liveEncoders.join(', ')}`,
    encoder,
    encoder === undefined || liveEncoders.includes(encoder),
  )
  const isFolder = ffmpeg === undefined || (typeof ffmpeg === 'string' && isAbsolute(ffmpeg))
  check('ffmpeg', 'an absolute folder', ffmpeg, isFolder)
  check('onEvent', 'a function', onEvent, onEvent === undefined || typeof onEvent === 'function')
  check('signal', 'an AbortSignal', signal, signal === undefined || (signal as unknown) instanceof AbortSignal)
  return resolveVideoLimits({ stall: usualStall, ...options.limits })
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

function checkNumber(name: string, expected: string, value: unknown, least: number, most: number): void {
  const fits = typeof value === 'number' && value >= least && value <= most
  check(name, expected, value, value === undefined || fits)
}

function check(name: string, expected: string, value: unknown, fits: boolean): void {
  if (!fits) throw badArgument(name, expected, value)
}
