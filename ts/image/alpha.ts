/** An alpha: how much of each pixel belongs to the foreground. */

import sharp, { type Sharp, type SharpOptions } from 'sharp'
import { badArgument } from '../errors.js'
import { samplesOf, type Depth } from './samples.js'

/** Height × width samples, 0 for background, 255 (8 bits) or 65,535 (16 bits) for foreground. */
export interface Alpha {
  readonly data: Uint8Array | Uint16Array
  readonly width: number
  readonly height: number
  readonly channels: 1
  readonly depth: Depth
}

/** The alpha as a picture of one channel, 8 or 16 bits. The data is lent, not copied. Throws ERR_ARGUMENT. */
export function alphaImage(alpha: Alpha): Sharp {
  checkAlpha(alpha)
  return sharp(alpha.data, rawOptions(alpha)).toColourspace(alpha.depth === 'ushort' ? 'grey16' : 'b-w')
}

/** The same alpha in another depth: 255 becomes 65,535 and back. */
export async function toDepth(alpha: Alpha, depth: Depth): Promise<Alpha> {
  checkAlpha(alpha)
  if (alpha.depth === depth) return alpha
  const image = alphaImage(alpha).toColourspace(depth === 'ushort' ? 'grey16' : 'b-w')
  return { ...alpha, depth, data: samplesOf(await image.raw({ depth }).toBuffer(), depth) }
}

/** The image, which has none, with this alpha as its last channel. Both have the same depth. */
export function joinAlpha(image: Sharp, alpha: Alpha): Sharp {
  // The types say Buffer; typed arrays are taken as everywhere in sharp, and tell it the depth.
  return image.joinChannel(alpha.data as Buffer, rawOptions(alpha))
}

function rawOptions({ width, height }: Alpha): SharpOptions {
  return { raw: { width, height, channels: 1 }, limitInputPixels: false }
}

function checkAlpha({ data, width, height, depth }: Alpha): void {
  const array = depth === 'ushort' ? Uint16Array : Uint8Array
  if (!(data instanceof array)) throw badArgument('alpha.data', `a ${array.name} for depth ${depth}`, data)
  const samples = width * height
  if (data.length !== samples) throw badArgument('alpha.data.length', `${width} × ${height} = ${samples}`, data.length)
}
