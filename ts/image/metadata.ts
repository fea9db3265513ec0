/** What a picture says of itself besides its pixels: EXIF, XMP and IPTC. */

import sharp, { type Sharp } from 'sharp'
import type { OwnSpace, Picture } from './picture.js'

/**
 * The image with the picture's EXIF and XMP data, and with its IPTC data where the image has a colour profile; upright, so
 * that it has no orientation. The image is rendered once. One of a picture without such data is given back as it is.
 */
export async function withMetadata(image: Sharp, picture: Picture): Promise<Sharp> {
  const tiff = await image.tiff(uncompressed).toBuffer()
  const { width, height, space, channels, hasProfile } = await sharp(tiff, unlimited).metadata()
  const keep = (one: Sharp): Sharp => keeping(one, hasProfile).toColourspace(space)
  const carrier = await picture.metadataCarrier(space as OwnSpace, hasProfile)
  if (carrier === undefined) return keep(sharp(tiff, unlimited))
  const isGrey = space === 'b-w' || space === 'grey16'
  const channel = (index: 0 | 1): Promise<Buffer> =>
    sharp(tiff, unlimited).extractChannel(index).toColourspace(space).tiff(uncompressed).toBuffer()
  const colours = isGrey && channels === 2 ? await channel(0) : tiff
  // sharp takes metadata from what a pipeline reads first: one pixel of the picture, joined above and cut off again.
  const joined = sharp([carrier, colours], { ...unlimited, join: { across: 1 } })
  const result = keep(joined.extract({ left: 0, top: height, width, height }))
  if (!isGrey) return result
  // Joined pictures are RGB, each channel of which is the grey one's.
  const grey = result.extractChannel(0)
  if (channels === 1) return grey
  const told = await grey.png({ compressionLevel: 0 }).toBuffer()
  return keep(sharp(told, unlimited).joinChannel(await channel(1), unlimited))
}

const uncompressed = { compression: 'none' } as const
const unlimited = { limitInputPixels: false } as const

function keeping(image: Sharp, profile: boolean): Sharp {
  return profile ? image.keepMetadata() : image.keepExif().keepXmp()
}
