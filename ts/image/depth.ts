/** A depth map as a picture. */

import sharp, { type Sharp } from 'sharp'
import { addon } from '../native.js'
import type { Size } from './size.js'

/** The least and the greatest sample, NaN where one is not finite: sharp's statistics are whole numbers. */
export async function rangeOf(data: Float32Array): Promise<{ readonly min: number; readonly max: number }> {
  const found = new Float64Array(2)
  await addon().range(found, data)
  return { min: found[0]!, max: found[1]! }
}

/** One channel of 16 bits: the least sample becomes 0, the greatest 65,535; all are 0 where they are the same. */
export async function depthImage({ data, width, height }: Size & { readonly data: Float32Array }): Promise<Sharp> {
  const { min, max } = await rangeOf(data)
  const scale = max > min ? 65_535 / (max - min) : 0
  // Cut off at the end, as every cast of libvips is: so the half that rounds.
  const image = sharp(data, { raw: { width, height, channels: 1 }, limitInputPixels: false })
    .linear(scale, 0.5 - min * scale)
    .toColourspace('grey16')
  const samples = await image.raw({ depth: 'ushort' }).toBuffer()
  const whole = new Uint16Array(samples.buffer, samples.byteOffset, width * height)
  return sharp(whole, { raw: { width, height, channels: 1 }, limitInputPixels: false }).toColourspace('grey16')
}
