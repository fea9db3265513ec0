/** One pass of a picture through the chain, from what was given to its matte. */

import { enlarge, isSameSize, openPicture, sizeWithin, type Alpha, type Picture, type Size } from '../image/index.js'
import type { PictureInput } from '../image/index.js'
import type { ChainItem, ChainResult, MatteType } from '../runtime/index.js'
import type { Tensor } from '../tensor.js'
import { Matte } from './matte.js'
import type { MatteOptions } from './options.js'

/** Brings one picture through a chain. */
export type Infer = (item: ChainItem, signal?: AbortSignal) => Promise<ChainResult>

/** @param largest side that the chain takes, in pixels: a picture with a longer one is shrunk for it */
export async function matteOf(
  input: PictureInput,
  infer: Infer,
  largest: number,
  options: MatteOptions,
): Promise<Matte> {
  const { limits, signal } = options
  const [picture, opening] = await timed(openPicture(input, { limits, signal }))
  const size = sizeWithin(picture, largest)
  return isSameSize(size, picture)
    ? wholeMatte(picture, opening, infer, options)
    : shrunkMatte(picture, opening, size, infer, options)
}

async function wholeMatte(picture: Picture, opening: number, infer: Infer, options: MatteOptions): Promise<Matte> {
  const { width, height, depth } = picture
  const [data, decoding] = await timed(picture.rgb())
  const type: MatteType = depth === 'ushort' ? 'uint16' : 'uint8'
  const { matte, timings } = await infer({ picture: { data, width, height }, type }, options.signal)
  return Matte.of(picture, alphaOf(matte, picture), { decode: opening + decoding, ...timings }, options)
}

async function shrunkMatte(
  picture: Picture,
  opening: number,
  size: Size,
  infer: Infer,
  options: MatteOptions,
): Promise<Matte> {
  const { depth } = picture
  const { signal } = options
  const [data, shrinking] = await timed(picture.rgb(size))
  const { matte, timings } = await infer({ picture: { data, ...size }, type: 'uint16' }, signal)
  const [alpha, enlarging] = await timed(enlarge(alphaOf(matte, size), picture, { depth, signal }))
  return Matte.of(picture, alpha, { decode: opening, shrink: shrinking, ...timings, enlarge: enlarging }, options)
}

/** @param matte height × width, uint8 or uint16 */
function alphaOf({ data, dtype }: Tensor, { width, height }: Size): Alpha {
  if (dtype === 'uint8') return { data, width, height, channels: 1, depth: 'uchar' }
  const samples = new Uint16Array(data.buffer, data.byteOffset, width * height)
  return { data: samples, width, height, channels: 1, depth: 'ushort' }
}

async function timed<T>(work: Promise<T>): Promise<[T, number]> {
  const began = performance.now()
  const result = await work
  return [result, performance.now() - began]
}
