/** A depth map as a picture. */

import sharp, { type Sharp } from 'sharp'
import type { Size } from './size.js'

/** One channel of 16 bits: the least sample becomes 0, the greatest 65,535; all are 0 where they are the same. */
export async function depthImage({ data, width, height }: Size & { readonly data: Float32Array }): Promise<Sharp> {
  const raw = (): Sharp => sharp(data, { raw: { width, height, channels: 1 }, limitInputPixels: false })
  const { channels } = await raw().stats()
  const { min, max } = channels[0]!
  const scale = max > min ? 65_535 / (max - min) : 0
  // Cut off at the end, as every cast of libvips is: so the half that rounds.
  const image = raw()
    .linear(scale, 0.5 - min * scale)
    .toColourspace('grey16')
  const samples = await image.raw({ depth: 'ushort' }).toBuffer()
  const whole = new Uint16Array(samples.buffer, samples.byteOffset, width * height)
  return sharp(whole, { raw: { width, height, channels: 1 }, limitInputPixels: false }).toColourspace('grey16')
}
