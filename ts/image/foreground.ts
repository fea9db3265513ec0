/** The foreground's own colours: the picture without what of its old background shows through where its matte is soft. */

import sharp from 'sharp'
import { abortable } from '../abortable.js'
import { addon } from '../native.js'
import { toDepth, type Alpha } from './alpha.js'
import { checkAlphaSize } from './cutout.js'
import { discard } from './discard.js'
import { resolveLimits } from './limits.js'
import { pictureOf, type Picture } from './picture.js'
import { blankTiff } from './tiff.js'

/**
 * The picture with the foreground's estimated colours wherever the alpha is soft, and its own samples elsewhere; its
 * depth, its colour profile, no alpha. Estimated on the addon's pool by multi-level relaxation (after Germer, Uelwer, Conrad
 * and Harmeling, "Fast Multi-Level Foreground Estimation", 2020). A picture that is transparent somewhere is given back as
 * it is: its colours are a foreground's already. Rejects with ERR_ARGUMENT where the sizes differ, ERR_MEMORY, ERR_ABORTED,
 * and as decoding does.
 */
export async function foregroundOf(picture: Picture, alpha: Alpha, signal?: AbortSignal): Promise<Picture> {
  checkAlphaSize(picture, alpha)
  const { name, width, height, depth } = picture
  if (await isTransparent(picture)) return picture
  const { data, channels, profile } = await picture.samples()
  const given = await toDepth(alpha, depth)
  const { bytes, samples } = blankTiff({ width, height, channels, depth, profile })
  try {
    await abortable(addon().foreground(samples, data, given.data, width), signal)
  } finally {
    discard(data)
  }
  const limits = resolveLimits({ pixels: width * height, side: Math.max(width, height) })
  return pictureOf({ name, format: 'sharp', open: (options) => sharp(bytes, options) }, limits, undefined)
}

async function isTransparent(picture: Picture): Promise<boolean> {
  const data = await picture.ownAlpha()
  if (data === undefined) return false
  const { width, height } = picture
  const image = sharp(data, { raw: { width, height, channels: 1 }, limitInputPixels: false })
  const { channels } = await image.stats()
  return channels[0]!.min < (picture.depth === 'ushort' ? 65_535 : 255)
}
