/** What a picture says of itself besides its pixels: EXIF, XMP and IPTC. */

import sharp, { type Sharp } from 'sharp'
import type { Picture } from './picture.js'

/**
 * The image with the picture's EXIF and XMP data, and with its IPTC data where the image has a colour profile; upright, so
 * that it has no orientation. The image is rendered once. A grey image, and one of a picture without such data, is given
 * back as it is.
 */
export async function withMetadata(image: Sharp, picture: Picture): Promise<Sharp> {
  const tiff = await image.tiff({ compression: 'none' }).toBuffer()
  const { width, height, space, hasProfile } = await sharp(tiff, unlimited).metadata()
  const rendered = sharp(tiff, unlimited)
  if (space !== 'srgb' && space !== 'rgb16') return rendered
  const carrier = await picture.metadataCarrier(space, hasProfile)
  if (carrier === undefined) return keeping(rendered, hasProfile).toColourspace(space)
  // sharp takes metadata from what a pipeline reads first: one pixel of the picture, joined above and cut off again.
  const joined = sharp([carrier, tiff], { ...unlimited, join: { across: 1 } })
  return keeping(joined.extract({ left: 0, top: height, width, height }), hasProfile).toColourspace(space)
}

const unlimited = { limitInputPixels: false } as const

function keeping(image: Sharp, profile: boolean): Sharp {
  return profile ? image.keepMetadata() : image.keepExif().keepXmp()
}
