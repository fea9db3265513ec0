/** The cut-out: the original's own pixels with an alpha. */

import type { Sharp } from 'sharp'
import { badArgument } from '../errors.js'
import { addon } from '../native.js'
import { joinAlpha, toDepth, type Alpha } from './alpha.js'
import { pipelineSource } from './input.js'
import { resolveLimits } from './limits.js'
import { pictureOf, type Picture } from './picture.js'

/**
 * Pictures that had an alpha, without it: sharp removes alpha only after it joins channels, whatever the order of the
 * calls, so that a cut-out of these needs a second picture in between. It lives as long as the first.
 */
const opaque = new WeakMap<Picture, Picture>()

/**
 * The alpha of the cut-out: the given one in the picture's depth, times the picture's own where it has one. Rejects with
 * ERR_ARGUMENT where the sizes differ, and as decoding does.
 */
export async function cutAlpha(picture: Picture, alpha: Alpha): Promise<Alpha> {
  checkAlphaSize(picture, alpha)
  const given = await toDepth(alpha, picture.depth)
  const own = await picture.ownAlpha()
  if (own === undefined) return given
  if (!opaque.has(picture)) opaque.set(picture, await withoutAlpha(picture))
  await addon().multiply(own, given.data)
  return { ...given, data: own }
}

/**
 * The original's pixels, sample for sample, in its depth and with its colour profile. Upright, so no EXIF orientation is
 * written. CMYK comes as sRGB. A pipeline: nothing is decoded or encoded yet, and the alpha's data is lent to it.
 * @param alpha what `cutAlpha` gave for this picture
 */
export function cutout(picture: Picture, alpha: Alpha): Sharp {
  if (alpha.depth !== picture.depth) throw badArgument('alpha.depth', `${picture.depth}, from cutAlpha`, alpha.depth)
  return joinAlpha(opaquePicture(picture, alpha).pixels(), alpha)
}

/** The picture itself, or its opaque twin that `cutAlpha` has made. */
export function opaquePicture(picture: Picture, alpha: Alpha): Picture {
  checkAlphaSize(picture, alpha)
  if (!picture.hasAlpha) return picture
  const twin = opaque.get(picture)
  if (twin === undefined) throw badArgument('alpha', `what cutAlpha gives for ${picture.name}`, 'another')
  return twin
}

/** Throws ERR_ARGUMENT where the alpha is not of the picture's size. */
export function checkAlphaSize({ width, height, name }: Picture, alpha: Alpha): void {
  if (alpha.width === width && alpha.height === height) return
  throw badArgument('alpha', `${width}×${height}, the size of ${name}`, `${alpha.width}×${alpha.height}`)
}

async function withoutAlpha(picture: Picture): Promise<Picture> {
  const { width, height } = picture
  const limits = resolveLimits({ pixels: width * height, side: Math.max(width, height) })
  return pictureOf(await pipelineSource(picture.pixels(), limits, undefined), limits, undefined)
}
