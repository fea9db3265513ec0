/** A grey map in memory: a truth, a prediction or a depth, in 8 bits. */

import type { Sharp } from 'sharp'
import { PdfnetError } from '../errors.js'
import { alphaImage, openPicture, type Alpha, type OpenPictureOptions, type Picture } from '../image/index.js'

export interface GreyMap {
  readonly name: string
  /** Height × width samples. */
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
}

/**
 * Reads a picture as a grey map: a cut-out by its alpha, every other one by its grey, of colours the first channel.
 * 16 bits become 8. Rejects with an ERR_INPUT… or ERR_ABORTED.
 */
export async function readMap(path: string, options: OpenPictureOptions = {}): Promise<GreyMap> {
  const picture = await openPicture(path, options)
  return rawMap(picture.name, (await cutAlphaOf(picture)) ?? picture.pixels().extractChannel(0), picture)
}

/** An alpha as a map, in 8 bits. Rejects with ERR_INPUT_CORRUPT. */
export async function mapOfAlpha(name: string, alpha: Alpha): Promise<GreyMap> {
  if (alpha.data instanceof Uint8Array) return { name, data: alpha.data, width: alpha.width, height: alpha.height }
  return rawMap(name, alphaImage(alpha), alpha)
}

/** The alpha of a picture that is cut out; an alpha that is opaque everywhere tells nothing. */
async function cutAlphaOf(picture: Picture): Promise<Sharp | undefined> {
  const data = await picture.ownAlpha()
  if (data === undefined) return undefined
  const { width, height, depth } = picture
  const image = alphaImage({ data, width, height, channels: 1, depth })
  const { channels } = await image.stats()
  return channels[0]!.min === (depth === 'ushort' ? 65_535 : 255) ? undefined : image
}

async function rawMap(name: string, image: Sharp, size: { width: number; height: number }): Promise<GreyMap> {
  const { width, height } = size
  try {
    const { data, info } = await image
      .toColourspace('b-w')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    if (info.channels === 1 && info.width === width && info.height === height) return { name, data, width, height }
    throw new Error(`it decodes to ${info.width}×${info.height}×${info.channels}`)
  } catch (cause) {
    throw new PdfnetError('ERR_INPUT_CORRUPT', `${name} cannot be decoded: ${(cause as Error).message}`, { cause })
  }
}
