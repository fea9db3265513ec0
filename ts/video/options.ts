/** The options of a video, checked before any work. */

import { isAbsolute } from 'node:path'
import { badArgument } from '../errors.js'
import { checkLookAhead } from '../matting/index.js'
import { codecs } from './codecs.js'
import { decoderChoices, encoderChoices, type DecoderChoice, type EncoderChoice } from './hardware.js'
import { defaultVideoLimits, type VideoLimits } from './trust.js'

/** What is shown: the object alone, its alpha as grey, or the object over a background. */
export const videoKinds = ['cutout', 'alpha', 'composite'] as const
export type VideoKind = (typeof videoKinds)[number]

export interface VideoProgress {
  /** Frames that were written. */
  readonly frames: number
  /** Of the whole video, as far as that is known. */
  readonly total: number | undefined
  readonly framesPerSecond: number
  /** Seconds, as far as that is known. */
  readonly left: number | undefined
}

export interface VideoOptions {
  /** By name: see `codecs`. @default the first that the output's extension stands for */
  readonly codec?: string | undefined
  /** @default 'composite' with a background, 'cutout' otherwise */
  readonly show?: VideoKind | undefined
  /**
   * What composites lie over: a CSS colour, the path of a picture, "blur" or "blur:PIXELS" (the frame itself, blurred,
   * without its subject), or the path of a video, which is shown in its own time and repeated where it is shorter.
   */
  readonly background?: string | undefined
  /** Seconds from the file's beginning. @default 0 */
  readonly start?: number | undefined
  /** Seconds. @default to its end */
  readonly duration?: number | undefined
  /** Frames a second; otherwise frames keep their times. */
  readonly fps?: number | undefined
  /** Brings HDR to SDR; otherwise it is refused. @default false */
  readonly toneMap?: boolean | undefined
  /** Of a model with pseudo-depth: how many frames one depth map serves. @default 1 */
  readonly depthEvery?: number | undefined
  /**
   * Averages alpha that flickers where the picture does not with the frames before, along the picture's motion.
   * False measures flicker all the same, which takes time.
   * @default undefined: neither
   */
  readonly smooth?: boolean | undefined
  /** Frames, 0 to 8, that `smooth` also averages each one with before they are shown: it waits for them. @default 0 */
  readonly lookAhead?: number | undefined
  /**
   * Writes segments of five seconds, in a folder beside the output that ends in ".segments", and joins them at the end.
   * Where such a folder is from an earlier run with the same input, model and options, it goes on after its last whole
   * segment. @default false
   */
  readonly resume?: boolean | undefined
  /**
   * Another file that shows what came out: a contact sheet (.png, .jpg, .webp, …), or a clip (.mp4, .webm) of frames, mattes
   * and cut-outs side by side.
   */
  readonly preview?: string | undefined
  /**
   * What encodes: 'nvenc' for H.264, H.265 and AV1 on a GPU of NVIDIA's, 'auto' for that where it works here. The report
   * says which it was. @default 'software'
   */
  readonly encoder?: EncoderChoice | undefined
  /** What decodes: 'cuda' for a GPU of NVIDIA's, 'auto' for that where it takes the file. @default 'software' */
  readonly decoder?: DecoderChoice | undefined
  /** Absolute folder of ffmpeg and ffprobe. @default the first of PATH that holds both */
  readonly ffmpeg?: string | undefined
  readonly limits?: Partial<VideoLimits> | undefined
  readonly onProgress?: ((progress: VideoProgress) => void) | undefined
  /** The frames that were done become a whole file. */
  readonly signal?: AbortSignal | undefined
}

/** Of raw frames. */
export type RawVideoOptions = Pick<
  VideoOptions,
  'show' | 'background' | 'depthEvery' | 'smooth' | 'limits' | 'onProgress' | 'signal'
>

export function shownKind({ show, background }: Pick<VideoOptions, 'show' | 'background'>): VideoKind {
  return show ?? (background === undefined ? 'cutout' : 'composite')
}

/** Throws ERR_ARGUMENT that names the first option that is not what was expected. */
export function checkVideoOptions(input: unknown, output: unknown, options: VideoOptions): void {
  check('input', 'a path', input, typeof input === 'string' && input !== '')
  check('output', 'a path', output, typeof output === 'string' && output !== '')
  check('options', 'an object', options, typeof options === 'object' && (options as unknown) !== null)
  const { codec, show, background, start, duration, fps, ffmpeg, onProgress, signal } = options
  const { smooth, lookAhead, resume, preview } = options
  const names = codecs.map(({ name }) => name)
  check('codec', `one of ${names.join(', ')}`, codec, codec === undefined || names.includes(codec))
  check('show', `one of ${videoKinds.join(', ')}`, show, show === undefined || videoKinds.includes(show))
  check(
    'background',
    'a CSS colour, blur or a path',
    background,
    background === undefined || typeof background === 'string',
  )
  const { encoder = 'software', decoder = 'software' } = options
  check('encoder', `one of ${encoderChoices.join(', ')}`, encoder, encoderChoices.includes(encoder))
  check('decoder', `one of ${decoderChoices.join(', ')}`, decoder, decoderChoices.includes(decoder))
  checkNumber('start', 'seconds from 0', start, 0, 1e7)
  checkNumber('duration', 'seconds above 0', duration, 0.001, 1e7)
  checkNumber('fps', 'frames a second from 0.01 to 1000', fps, 0.01, 1000)
  check('smooth', 'true or false', smooth, smooth === undefined || typeof smooth === 'boolean')
  checkLookAhead(lookAhead, smooth === true)
  check('resume', 'true or false', resume, resume === undefined || typeof resume === 'boolean')
  check('preview', 'a path', preview, preview === undefined || (typeof preview === 'string' && preview !== ''))
  check(
    'ffmpeg',
    'an absolute folder',
    ffmpeg,
    ffmpeg === undefined || (typeof ffmpeg === 'string' && isAbsolute(ffmpeg)),
  )
  check('onProgress', 'a function', onProgress, onProgress === undefined || typeof onProgress === 'function')
  check('signal', 'an AbortSignal', signal, signal === undefined || (signal as unknown) instanceof AbortSignal)
  if (show === 'composite' && background === undefined) throw badArgument('background', 'what it lies over', background)
  if (background !== undefined && (show ?? 'composite') !== 'composite') {
    throw badArgument('background', `nothing with show: '${show ?? ''}'`, background)
  }
}

/** Throws ERR_ARGUMENT. */
export function resolveVideoLimits(limits: Partial<VideoLimits> = {}): VideoLimits {
  const resolved = { ...defaultVideoLimits, ...limits }
  for (const [name, most] of Object.entries(defaultVideoLimits) as [keyof VideoLimits, number][]) {
    const largest = name === 'stall' ? 86_400 : most
    checkNumber(`limits.${name}`, `a number from 1 to ${largest}`, resolved[name], 1, largest)
  }
  return resolved
}

function checkNumber(name: string, expected: string, value: unknown, least: number, most: number): void {
  const fits = typeof value === 'number' && value >= least && value <= most
  check(name, expected, value, value === undefined || fits)
}

function check(name: string, expected: string, value: unknown, fits: boolean): void {
  if (!fits) throw badArgument(name, expected, value)
}
