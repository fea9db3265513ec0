/** The blurred original without its subject: a background that keeps the picture's light. */

import sharp, { type Sharp } from 'sharp'
import { joinAlpha, toDepth, type Alpha } from './alpha.js'
import type { Picture } from './picture.js'

/** Standard deviation, in pixels, of the blur where it is computed: for a larger one the picture is shrunk first. */
const computedSigma = 4

/**
 * Height × width × 3 samples of sRGB. The subject's share is left out of every mean, so that it casts no glow: libvips
 * weighs samples by their alpha, which here is what the subject leaves.
 * @param alpha of the picture's size
 * @param sigma standard deviation in pixels, at least 1
 */
export async function blurred(picture: Picture, alpha: Alpha, sigma: number): Promise<Buffer> {
  const { width, height } = picture
  const scale = Math.min(1, computedSigma / sigma)
  const [columns, rows] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))]
  // A step at a time: in one pipeline sharp resizes before it joins, and removes alpha before it blurs.
  const rest = joinAlpha(fromRaw(await picture.rgb(), width, height, 3), await inverse(alpha))
  const whole = fromRaw(await rest.raw().toBuffer(), width, height, 4)
  const shrunk = whole.resize(columns, rows, { fit: 'fill', kernel: 'linear' })
  const soft = fromRaw(await shrunk.raw().toBuffer(), columns, rows, 4).blur({
    sigma: sigma * scale,
    minAmplitude: 0.01,
  })
  const opaque = fromRaw(await soft.raw().toBuffer(), columns, rows, 4).removeAlpha()
  return fromRaw(await opaque.raw().toBuffer(), columns, rows, 3)
    .resize(width, height, { fit: 'fill', kernel: 'linear' })
    .raw()
    .toBuffer()
}

/** What is not the subject, in 8 bits. */
async function inverse(alpha: Alpha): Promise<Alpha> {
  const { data, width, height } = await toDepth(alpha, 'uchar')
  const image = sharp(data, { raw: { width, height, channels: 1 }, limitInputPixels: false }).negate()
  return {
    data: await image.toColourspace('b-w').raw().toBuffer(),
    width,
    height,
    channels: 1,
    depth: 'uchar',
  }
}

function fromRaw(data: Uint8Array, width: number, height: number, channels: 3 | 4): Sharp {
  return sharp(data, { raw: { width, height, channels }, limitInputPixels: false })
}
