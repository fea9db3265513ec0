/** What the frames of a video lie over, once for all of them. */

import sharp from 'sharp'
import { badArgument } from '../errors.js'
import { colourOf, parseBackground } from './background.js'
import { openPicture, type OpenPictureOptions } from './picture.js'
import type { Size } from './size.js'

/**
 * Samples of sRGB: three for a CSS colour; height × width × 3 for a picture, which is scaled to cover and cropped at its
 * centre. Rejects with ERR_ARGUMENT, ERR_INPUT_* or ERR_ABORTED.
 * @param background a colour, or else a path
 */
export async function backgroundSamples(
  background: string,
  { width, height }: Size,
  options: OpenPictureOptions = {},
): Promise<Uint8Array> {
  const parsed = parseBackground(background)
  if (parsed.kind === 'colour') {
    const { r, g, b } = await colourOf(parsed.colour)
    return Uint8Array.of(r, g, b)
  }
  if (parsed.kind !== 'path') throw badArgument('background', 'a CSS colour or a path', background)
  const picture = await openPicture(parsed.path, options)
  const raw = { width: picture.width, height: picture.height, channels: 3 } as const
  return sharp(await picture.rgb(), { raw, limitInputPixels: false })
    .resize(width, height, { fit: 'cover' })
    .raw()
    .toBuffer()
}
