/** What can be given as a picture, and how each kind becomes something that sharp decodes. */

import { Blob } from 'node:buffer'
import { Readable } from 'node:stream'
import sharp, { type Sharp, type SharpOptions } from 'sharp'
import { badArgument, PdfnetError } from '../errors.js'
import { decoding } from './decoding.js'
import { checkSize, type Limits } from './limits.js'
import { readPath, readStream, tooManyBytes } from './read.js'
import { sniff, type PictureFormat } from './sniff.js'

/** Samples in C order, height × width × channels; grey, grey + alpha, RGB or RGBA in sRGB. */
export interface RawPicture {
  readonly data: Uint8Array | Uint8ClampedArray | Uint16Array
  readonly width: number
  readonly height: number
  readonly channels: 1 | 2 | 3 | 4
}

/**
 * A string is a path, never fetched. Memory is lent until the picture is done with, not copied: do not write to it.
 * A sharp instance gives the pixels that its own pipeline makes: EXIF orientation and colour profile are kept only where
 * that pipeline keeps them.
 */
export type PictureInput = string | Buffer | Uint8Array | ArrayBuffer | Blob | Readable | Sharp | RawPicture

export interface Source {
  /** The path, or a description such as "a Buffer of 123 bytes". */
  readonly name: string
  readonly format: PictureFormat | 'raw' | 'sharp'
  /** A fresh pipeline over the same bytes. */
  open(options: SharpOptions): Sharp
}

/** Reads an input whole, and recognises it by its content. Nothing is decoded but a sharp instance's pipeline. */
export async function readInput(input: PictureInput, limits: Limits, signal: AbortSignal | undefined): Promise<Source> {
  if (input instanceof sharp) return pipelineSource(input.clone(), limits, signal)
  if (isRaw(input)) return rawSource(input)
  const { name, bytes } = (await readNamed(input, limits, signal))!
  return encodedSource(name, bytes)
}

/** The bytes of an input that has some, read whole; undefined for a sharp instance and raw pixels. */
export async function readNamed(
  input: PictureInput,
  limits: Limits,
  signal: AbortSignal | undefined,
): Promise<{ readonly name: string; readonly bytes: Buffer } | undefined> {
  if (input instanceof sharp || isRaw(input)) return undefined
  const name = nameOf(input)
  return { name, bytes: await readBytes(input, name, limits.bytes, signal) }
}

function nameOf(input: Exclude<PictureInput, Sharp | RawPicture>): string {
  if (typeof input === 'string' && input !== '') return input
  if (Buffer.isBuffer(input)) return `a Buffer of ${input.byteLength} bytes`
  if (input instanceof Uint8Array) return `a Uint8Array of ${input.byteLength} bytes`
  if (input instanceof ArrayBuffer) return `an ArrayBuffer of ${input.byteLength} bytes`
  if (input instanceof Blob) return `a Blob of ${input.size} bytes`
  if (input instanceof Readable) return 'a stream'
  throw badArgument('the picture', 'a path, bytes, a Blob, a Readable, a sharp instance or raw pixels', input)
}

async function readBytes(
  input: Exclude<PictureInput, Sharp | RawPicture>,
  name: string,
  limit: number,
  signal: AbortSignal | undefined,
): Promise<Buffer> {
  if (typeof input === 'string') return readPath(input, limit, signal)
  if (input instanceof Readable) return readStream(input, name, limit, signal)
  const bytes = input instanceof Blob ? input.size : input.byteLength
  if (bytes > limit) throw tooManyBytes(name, limit, bytes)
  if (input instanceof Blob) return readStream(Readable.fromWeb(input.stream()), name, limit, signal)
  return input instanceof ArrayBuffer
    ? Buffer.from(input)
    : Buffer.from(input.buffer, input.byteOffset, input.byteLength)
}

const refusals = {
  svg: 'SVG, which is a drawing that may read other files',
  pdf: 'PDF, which is a document',
  heic: 'HEIC, whose decoder is not part of sharp',
} as const

/** Recognises encoded bytes by their content. Throws an ERR_INPUT_… that names them. */
export function encodedSource(name: string, bytes: Buffer): Source {
  if (bytes.byteLength === 0) throw new PdfnetError('ERR_INPUT_EMPTY', `${name} is empty; expected a picture`)
  const format = sniff(bytes)
  if (format === undefined) {
    throw new PdfnetError('ERR_INPUT_FORMAT', `${name} is not a picture in a known format, by its content`)
  }
  if (format === 'svg' || format === 'pdf' || format === 'heic') {
    const details = { format }
    throw new PdfnetError('ERR_INPUT_REFUSED', `${name} is ${refusals[format]}, and is refused`, { details })
  }
  return { name, format, open: (options) => sharp(bytes, options) }
}

function isRaw(input: PictureInput): input is RawPicture {
  // Typed as what callers in JavaScript may pass.
  const given = input as unknown
  return typeof given === 'object' && given !== null && 'data' in given && 'width' in given && 'channels' in given
}

function rawSource({ data, width, height, channels }: RawPicture): Source {
  const given: unknown = data
  if (!(given instanceof Uint8Array || given instanceof Uint8ClampedArray || given instanceof Uint16Array)) {
    throw badArgument('data', 'a Uint8Array, Uint8ClampedArray or Uint16Array', given)
  }
  for (const [name, value] of Object.entries({ width, height })) {
    if (!Number.isSafeInteger(value) || value < 1) throw badArgument(name, 'a positive whole number', value)
  }
  if (![1, 2, 3, 4].includes(channels)) throw badArgument('channels', '1, 2, 3 or 4', channels)
  const samples = width * height * channels
  if (data.length !== samples)
    throw badArgument('data.length', `${width} × ${height} × ${channels} = ${samples}`, data.length)
  const raw = { width, height, channels }
  return {
    name: `raw pixels, ${width}×${height}×${channels}`,
    format: 'raw',
    open: (options) => sharp(data, { ...options, raw }),
  }
}

/**
 * The pipeline runs once, into an uncompressed picture in memory: TIFF holds every depth, alpha and profile. It is taken
 * over, not cloned: sharp's clone copies the memory that a pipeline reads.
 */
export async function pipelineSource(
  pipeline: Sharp,
  limits: Limits,
  signal: AbortSignal | undefined,
): Promise<Source> {
  const name = 'a sharp pipeline'
  const { width, height } = await decoding(pipeline.metadata(), name, limits, signal)
  checkSize(name, width, height, limits)
  const work = pipeline.timeout({ seconds: limits.seconds }).tiff({ compression: 'none' }).toBuffer()
  const bytes = await decoding(work, name, limits, signal)
  return { name, format: 'sharp', open: (options) => sharp(bytes, options) }
}
