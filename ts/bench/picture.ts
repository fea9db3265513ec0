/** What is matted: a picture that is given, or one that has the same bytes each time and is as hard to decode as a photograph. */

import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import sharp from 'sharp'
import { badArgument } from '../errors.js'
import { defaultLimits, openPicture, sizeWithin, type Picture } from '../image/index.js'
import type { DepthMap } from '../matting/index.js'
import type { PlainPicture } from './messages.js'

export interface NamedPicture {
  readonly input: PlainPicture
  /** Stands in for its pseudo-depth, where that is to be given. */
  readonly depth: DepthMap
  /** For a person to read. */
  readonly name: string
}

/**
 * Rejects with an ERR_INPUT…, or with ERR_ARGUMENT for sizes that are no picture's.
 * @param source a path, or width and height of a synthetic JPEG
 * @param isDecoded whether its pixels are given, so that decoding is not measured
 */
export async function benchPicture(
  source: string | { readonly width: number; readonly height: number },
  isDecoded: boolean,
): Promise<NamedPicture> {
  const input = typeof source === 'string' ? resolve(source) : await syntheticPicture(source.width, source.height)
  const picture = await openPicture(input)
  const { width, height } = picture
  const kind = typeof source === 'string' ? source : 'synthetic'
  const name = `${kind}, ${width}×${height}${isDecoded ? ', decoded before' : ''}`
  const plain = isDecoded ? ({ data: await picture.rgb(), width, height, channels: 3 } as const) : input
  return { input: plain, depth: await anyDepth(picture), name }
}

/** About what a depth network would give. */
const depthSide = 1036

async function anyDepth(picture: Picture): Promise<DepthMap> {
  const { width, height } = sizeWithin(picture, depthSide)
  const grey = picture.pixels().resize(width, height, { fit: 'fill' }).toColourspace('b-w').extractChannel(0)
  const bytes = await grey.raw({ depth: 'float' }).toBuffer()
  return { data: new Float32Array(new Uint8Array(bytes).buffer), width, height }
}

const noiseSide = 256

/** A textured ground with an object on it. */
async function syntheticPicture(width: number, height: number): Promise<Buffer> {
  const { side, pixels } = defaultLimits
  for (const [name, value] of Object.entries({ width, height })) {
    if (!Number.isInteger(value) || value < 1 || value > side) {
      throw badArgument(name, `a whole number from 1 to ${side}`, value)
    }
  }
  if (width * height > pixels) throw badArgument('width × height', `at most ${pixels} pixels`, width * height)
  const bytes = 3 * noiseSide ** 2
  const noise = createHash('shake256', { outputLength: bytes }).update('the ground of a picture').digest()
  const object = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 100 100"
    preserveAspectRatio="none"><ellipse cx="50" cy="55" rx="26" ry="32" fill="#d9a066" stroke="#633" stroke-width="2"/></svg>`
  return sharp(noise, { raw: { width: noiseSide, height: noiseSide, channels: 3 } })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .composite([{ input: Buffer.from(object) }])
    .jpeg({ quality: 90 })
    .toBuffer()
}
