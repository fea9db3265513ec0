/** Where in a picture the subject is, and pictures and alphas of that rectangle alone. */

import sharp from 'sharp'
import { badArgument } from '../errors.js'
import { addon } from '../native.js'
import type { Alpha } from './alpha.js'
import { opaquePicture } from './cutout.js'
import { pipelineSource } from './input.js'
import { resolveLimits } from './limits.js'
import { pictureOf, type Picture } from './picture.js'
import { samplesOf } from './samples.js'
import type { Size } from './size.js'

/** In pixels, inside its picture; what sharp's `extract` takes. */
export interface Area extends Size {
  readonly left: number
  readonly top: number
}

const mostMargin = 10

/**
 * The rectangle around all that is at least a tenth opaque but for specks, and a margin: a share of its longer side.
 * Undefined where nothing is half opaque. Rejects with ERR_ARGUMENT.
 */
export async function subjectArea(alpha: Alpha, margin: number): Promise<Area | undefined> {
  if (typeof margin !== 'number' || !(margin >= 0 && margin <= mostMargin)) {
    throw badArgument('margin', `a number from 0 to ${mostMargin}`, margin)
  }
  const found = new Int32Array(4)
  await addon().bounds(found, alpha.data, alpha.width)
  const [x = 0, y = 0, width = 0, height = 0] = found
  if (width === 0) return undefined
  const border = Math.round(margin * Math.max(width, height))
  const left = Math.max(0, x - border)
  const top = Math.max(0, y - border)
  return {
    left,
    top,
    width: Math.min(alpha.width, x + width + border) - left,
    height: Math.min(alpha.height, y + height + border) - top,
  }
}

/**
 * The samples of that rectangle in the picture's depth and colour profile, without its alpha.
 * @param alpha what `cutAlpha` gave for this picture
 */
export async function cropPicture(picture: Picture, alpha: Alpha, area: Area): Promise<Picture> {
  const limits = resolveLimits({
    pixels: picture.width * picture.height,
    side: Math.max(picture.width, picture.height),
  })
  const cropped = opaquePicture(picture, alpha).pixels().extract(area)
  return pictureOf({ ...(await pipelineSource(cropped, limits, undefined)), name: picture.name }, limits, undefined)
}

export async function cropAlpha({ data, width, height, depth }: Alpha, area: Area): Promise<Alpha> {
  const image = sharp(data, { raw: { width, height, channels: 1 }, limitInputPixels: false })
  const cropped = image.extract(area).toColourspace(depth === 'ushort' ? 'grey16' : 'b-w')
  const { width: columns, height: rows } = area
  const samples = samplesOf(await cropped.raw({ depth }).toBuffer(), depth)
  return { data: samples, width: columns, height: rows, channels: 1, depth }
}
