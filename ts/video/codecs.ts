/** What videos are written as: a row for each kind, chosen by its name or by the output's extension. */

import { extname } from 'node:path'
import { badArgument, PdfnetError } from '../errors.js'

export interface Codec {
  readonly name: string
  /** The first encoder of these that the build has. */
  readonly encoders: readonly string[]
  /** With dots, the usual one first. A folder of pictures has none. */
  readonly extensions: readonly string[]
  readonly muxer: string
  /** As FFmpeg names them; where they are RGB no matrix is chosen. */
  readonly pixelFormat: string
  readonly isRgb: boolean
  readonly hasAlpha: boolean
  /** Of the encoder. */
  readonly arguments: readonly string[]
  /** The encoder of NVIDIA's GPUs, where they have one. */
  readonly nvenc?: { readonly encoder: string; readonly arguments: readonly string[] }
  /** Whether builds that have the encoder may write no alpha with it all the same. */
  readonly isAlphaDoubtful?: boolean
  /** Codecs of sound that can stay as they are; `any` for all, and what others become. */
  readonly sound: { readonly keeps: readonly string[] | 'any'; readonly encoder: string } | undefined
}

const webm = { keeps: ['opus', 'vorbis'], encoder: 'libopus' }
const mp4 = { keeps: ['aac', 'mp3', 'ac3', 'eac3', 'alac', 'opus', 'flac'], encoder: 'aac' }
const mov = { keeps: ['aac', 'mp3', 'ac3', 'alac', 'pcm_s16le', 'pcm_s24le', 'pcm_s16be', 'pcm_s24be'], encoder: 'aac' }
const matroska = { keeps: 'any', encoder: 'flac' } as const

const yuv = { isRgb: false, hasAlpha: false, pixelFormat: 'yuv420p' } as const

const x265 = ['-crf', '20', '-preset', 'fast', '-tag:v', 'hvc1', '-x265-params', 'log-level=error']

/** A quality, whatever rate it takes. */
const nvencQuality = (level: number): string[] => ['-preset', 'p5', '-rc', 'vbr', '-cq', `${level}`, '-b:v', '0']

export const codecs: readonly Codec[] = [
  {
    ...{ name: 'vp9', encoders: ['libvpx-vp9'], extensions: ['.webm'], muxer: 'webm', sound: webm },
    ...{ pixelFormat: 'yuva420p', isRgb: false, hasAlpha: true },
    arguments: [
      '-crf',
      '20',
      '-b:v',
      '0',
      '-deadline',
      'realtime',
      '-cpu-used',
      '5',
      '-row-mt',
      '1',
      '-auto-alt-ref',
      '0',
    ],
  },
  {
    ...{ name: 'prores', encoders: ['prores_ks'], extensions: ['.mov'], muxer: 'mov', sound: mov },
    ...{ pixelFormat: 'yuva444p10le', isRgb: false, hasAlpha: true },
    arguments: ['-profile:v', '4444', '-vendor', 'apl0', '-alpha_bits', '16'],
  },
  {
    ...{ name: 'qtrle', encoders: ['qtrle'], extensions: ['.mov'], muxer: 'mov', sound: mov },
    ...{ pixelFormat: 'argb', isRgb: true, hasAlpha: true, arguments: [] },
  },
  {
    ...{ name: 'ffv1', encoders: ['ffv1'], extensions: ['.mkv'], muxer: 'matroska', sound: matroska },
    ...{ pixelFormat: 'bgra', isRgb: true, hasAlpha: true },
    arguments: ['-level', '3', '-g', '1', '-slices', '4', '-slicecrc', '1'],
  },
  {
    ...{ name: 'apng', encoders: ['apng'], extensions: ['.apng', '.png'], muxer: 'apng', sound: undefined },
    ...{ pixelFormat: 'rgba', isRgb: true, hasAlpha: true, arguments: ['-plays', '0'] },
  },
  {
    ...{ name: 'png', encoders: ['png'], extensions: [], muxer: 'image2', sound: undefined },
    ...{ pixelFormat: 'rgba', isRgb: true, hasAlpha: true, arguments: [] },
  },
  {
    ...{ name: 'h264', encoders: ['libx264'], extensions: ['.mp4', '.mkv', '.mov'], muxer: 'mp4', sound: mp4, ...yuv },
    arguments: ['-crf', '18', '-preset', 'veryfast'],
    nvenc: { encoder: 'h264_nvenc', arguments: nvencQuality(19) },
  },
  {
    ...{ name: 'h265', encoders: ['libx265'], extensions: ['.mp4', '.mkv', '.mov'], muxer: 'mp4', sound: mp4, ...yuv },
    arguments: x265,
    nvenc: { encoder: 'hevc_nvenc', arguments: [...nvencQuality(21), '-tag:v', 'hvc1'] },
  },
  {
    ...{ name: 'av1', encoders: ['libsvtav1'], extensions: ['.mp4', '.mkv'], muxer: 'mp4', sound: mp4, ...yuv },
    arguments: ['-crf', '28', '-preset', '10'],
    nvenc: { encoder: 'av1_nvenc', arguments: nvencQuality(28) },
  },
  {
    ...{ name: 'hevc-alpha', encoders: ['libx265'], extensions: ['.mov', '.mp4'], muxer: 'mov', sound: mov },
    ...{ pixelFormat: 'yuva420p', isRgb: false, hasAlpha: true, isAlphaDoubtful: true, arguments: x265 },
  },
]

const muxers: Readonly<Record<string, string>> = { '.mp4': 'mp4', '.mov': 'mov', '.mkv': 'matroska', '.webm': 'webm' }

/** Throws ERR_ARGUMENT or ERR_OUTPUT_FORMAT. */
export function chooseCodec(output: string, name: string | undefined): Codec {
  const extension = extname(output).toLowerCase()
  const isFolder = output.endsWith('/')
  const fits = ({ extensions }: Codec): boolean => (isFolder ? extensions.length === 0 : extensions.includes(extension))
  if (name !== undefined && !codecs.some((one) => one.name === name)) {
    throw badArgument('codec', `one of ${codecs.map((one) => one.name).join(', ')}`, name)
  }
  const codec = codecs.find((one) => (name === undefined || one.name === name) && fits(one))
  if (!codec) {
    const known = [...new Set(codecs.flatMap(({ extensions }) => extensions))].join(', ')
    const what = name === undefined ? 'no video format' : `no format that ${name} is written in`
    throw new PdfnetError('ERR_OUTPUT_FORMAT', `${output} names ${what}`, {
      remedy: `Use ${known}, or a folder with a slash at its end for PNG pictures`,
    })
  }
  return { ...codec, muxer: muxers[extension] ?? codec.muxer, ...(extension === '.mkv' && { sound: matroska }) }
}

/** The encoder that is used. Throws ERR_OUTPUT_FORMAT where the build has none of them. */
export function chooseEncoder({ name, encoders }: Codec, built: ReadonlySet<string>): string {
  const found = encoders.find((one) => built.has(one))
  if (found !== undefined) return found
  const others = codecs.filter((one) => one.encoders.some((encoder) => built.has(encoder)))
  throw new PdfnetError('ERR_OUTPUT_FORMAT', `this ffmpeg has no encoder for ${name} (${encoders.join(', ')})`, {
    remedy: `Use ${others.map((one) => one.name).join(', ')}, which it has, or another build of FFmpeg`,
  })
}
