/** The composite: the foreground over a colour or another picture. */

import sharp, { type OverlayOptions, type Sharp } from 'sharp'
import { joinAlpha, toDepth, type Alpha } from './alpha.js'
import { colourOf, parseBackground } from './background.js'
import { opaquePicture } from './cutout.js'
import type { PictureInput } from './input.js'
import { openPicture, type OpenPictureOptions, type Picture } from './picture.js'

/**
 * The picture's foreground over a background: opaque, 8 bits, sRGB (its colour profile is applied). A string is a CSS
 * colour or else a path; a picture is scaled to cover and cropped at its centre, its own transparency over mid-grey.
 * A pipeline: nothing is encoded yet. Rejects with ERR_ARGUMENT, ERR_INPUT_* or ERR_ABORTED.
 * @param alpha what `cutAlpha` gave for this picture
 * @param options for opening the background
 */
export async function composite(
  picture: Picture,
  alpha: Alpha,
  background: PictureInput,
  options: OpenPictureOptions = {},
): Promise<Sharp> {
  const { width, height } = picture
  const opaque = opaquePicture(picture, alpha)
  const below = await overlayOf(background, width, height, options)
  const foreground = sharp(await opaque.rgb(), rawRgb(width, height))
  return joinAlpha(foreground, await toDepth(alpha, 'uchar'))
    .composite([{ ...below, blend: 'dest-over' }])
    .removeAlpha()
}

async function overlayOf(
  background: PictureInput,
  width: number,
  height: number,
  options: OpenPictureOptions,
): Promise<OverlayOptions> {
  const parsed = typeof background === 'string' ? parseBackground(background) : undefined
  if (parsed?.kind === 'colour') {
    return { input: { create: { width, height, channels: 3, background: await colourOf(parsed.colour) } } }
  }
  const picture = await openPicture(parsed?.path ?? background, options)
  const seen = sharp(await picture.rgb(), rawRgb(picture.width, picture.height))
  const input = await seen.resize(width, height, { fit: 'cover' }).raw().toBuffer()
  return { input, ...rawRgb(width, height) }
}

function rawRgb(width: number, height: number) {
  return { raw: { width, height, channels: 3 }, limitInputPixels: false } as const
}
