/** NumPy's .npy files, in which depth maps are kept: one array of numbers behind a header that is text. */

import { PdfnetError } from '../errors.js'
import type { Size } from './size.js'

/** Kinds of numbers, by NumPy's names. */
const arrays = { u1: Uint8Array, u2: Uint16Array, f4: Float32Array, f8: Float64Array } as const

export interface NpyArray extends Size {
  /** Height × width, a view of the file's bytes where they are aligned. */
  readonly data: InstanceType<(typeof arrays)[keyof typeof arrays]>
}

const magic = '\x93NUMPY'
const mostHeader = 65_536

export function isNpy(bytes: Buffer): boolean {
  return bytes.toString('latin1', 0, magic.length) === magic
}

/** Throws ERR_INPUT_CORRUPT, or ERR_INPUT_REFUSED for an array that is no plane of numbers. */
export function parseNpy(name: string, bytes: Buffer): NpyArray {
  const { header, start } = headerOf(name, bytes)
  const [, kind] = /'descr':\s*'[<|=]?([a-z]\d+)'/.exec(header) ?? []
  const [, shape] = /'shape':\s*\(([\d\s,]*)\)/.exec(header) ?? []
  if (shape === undefined || !/'fortran_order':\s*False/.test(header)) throw refused(name, header)
  const sides = shape.split(',').flatMap((side) => (side.trim() === '' ? [] : [Number(side)]))
  // Networks give [1, height, width], and some keep one channel.
  const [height, width, ...more] = sides.length === 3 && sides[0] === 1 ? sides.slice(1) : sides
  const isPlane = more.length === 0 || (more.length === 1 && more[0] === 1)
  if (!height || !width || !isPlane || kind === undefined || !Object.hasOwn(arrays, kind)) throw refused(name, header)
  const array = arrays[kind as keyof typeof arrays]
  const end = start + width * height * array.BYTES_PER_ELEMENT
  if (bytes.byteLength < end) {
    throw corrupt(name, `${bytes.byteLength} bytes, where ${width}×${height} ${kind} are ${end}`)
  }
  const at = bytes.byteOffset + start
  const isAligned = at % array.BYTES_PER_ELEMENT === 0
  const data = isAligned
    ? new array(bytes.buffer as ArrayBuffer, at, width * height)
    : new array(Uint8Array.prototype.slice.call(bytes, start, end).buffer)
  return { data, width, height }
}

function headerOf(name: string, bytes: Buffer): { readonly header: string; readonly start: number } {
  if (bytes.byteLength < 12) throw corrupt(name, `${bytes.byteLength} bytes`)
  const isLong = bytes[6]! >= 2
  const from = isLong ? 12 : 10
  const length = isLong ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8)
  const start = from + length
  if (length > mostHeader || start > bytes.byteLength) throw corrupt(name, `a header of ${length} bytes`)
  return { header: bytes.toString('latin1', from, start), start }
}

function corrupt(name: string, found: string): PdfnetError {
  return new PdfnetError('ERR_INPUT_CORRUPT', `${name} is a truncated or damaged .npy file: it has ${found}`)
}

function refused(name: string, header: string): PdfnetError {
  const kinds = Object.keys(arrays).join(', ')
  const expected = `expected [height, width] of ${kinds}, little-endian and in C order`
  const found = header.trim().slice(0, 100)
  return new PdfnetError('ERR_INPUT_REFUSED', `${name} holds ${found}; ${expected}`, {
    remedy: 'Save it as numpy.ascontiguousarray(depth, dtype="<f4")',
  })
}
