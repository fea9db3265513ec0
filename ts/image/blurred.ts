/** The blurred original without its subject: a background that keeps the picture's light. */

import sharp, { type Sharp } from 'sharp'
import { joinAlpha, toDepth, type Alpha } from './alpha.js'
import type { Picture } from './picture.js'

/** Standard deviation, in pixels, of the blur at the size at which it is computed: larger ones shrink the picture first. */
const computedSigma = 4

/**
 * Height × width × 3 samples of sRGB. The subject's share is left out of every mean, so that no glow of it is around it.
 * @param alpha of the picture's size
 * @param sigma standard deviation in pixels
 */
export async function blurred(picture: Picture, alpha: Alpha, sigma: number): Promise<Buffer> {
  const { width, height } = picture
  const rest = await inverse(alpha)
  const scale = Math.min(1, computedSigma / sigma)
  const [columns, rows] = [width, height].map((side) => Math.max(1, Math.round(side * scale))) as [number, number]
  const small = await joinAlpha(fromRaw(await picture.rgb(), width, height, 3), rest)
    .resize(columns, rows, { fit: 'fill' })
    .raw()
    .toBuffer()
  const soft = await fromRaw(small, columns, rows, 4)
    .blur(Math.max(0.3, sigma * scale))
    .raw()
    .toBuffer()
  const opaque = await fromRaw(soft, columns, rows, 4).removeAlpha().raw().toBuffer()
  return fromRaw(opaque, columns, rows, 3).resize(width, height, { fit: 'fill', kernel: 'cubic' }).raw().toBuffer()
}

async function inverse(alpha: Alpha): Promise<Alpha> {
  const { width, height } = alpha
  const { data } = await toDepth(alpha, 'uchar')
  const image = sharp(data, { raw: { width, height, channels: 1 }, limitInputPixels: false }).negate()
  return { data: await image.toColourspace('b-w').raw().toBuffer(), width, height, channels: 1, depth: 'uchar' }
}

function fromRaw(data: Uint8Array, width: number, height: number, channels: 3 | 4): Sharp {
  return sharp(data, { raw: { width, height, channels }, limitInputPixels: false })
}
