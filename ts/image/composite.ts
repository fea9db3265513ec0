/** The composite: the foreground over a colour or another picture. */

import sharp, { type Sharp } from 'sharp'
import { joinAlpha, toDepth, type Alpha } from './alpha.js'
import { colourOf, parseBackground } from './background.js'
import { blurred } from './blurred.js'
import { opaquePicture } from './cutout.js'
import type { PictureInput } from './input.js'
import { openPicture, type OpenPictureOptions, type Picture } from './picture.js'

export interface Composed {
  readonly original: Picture
  /** The original, or what `foregroundOf` made of it. */
  readonly colours: Picture
}

/**
 * The picture's foreground over a background: opaque, 8 bits, sRGB (its colour profile is applied). A string is a CSS
 * colour, "blur" or else a path (see `parseBackground`); a picture is scaled to cover and cropped at its centre, its own
 * transparency over mid-grey.
 * A pipeline: nothing is encoded yet. Rejects with ERR_ARGUMENT, ERR_INPUT_* or ERR_ABORTED.
 * @param alpha what `cutAlpha` gave for the original
 * @param options for opening the background
 */
export async function composite(
  { original, colours }: Composed,
  alpha: Alpha,
  background: PictureInput,
  options: OpenPictureOptions = {},
): Promise<Sharp> {
  const { width, height } = original
  const opaque = opaquePicture(colours, alpha)
  const parsed = typeof background === 'string' ? parseBackground(background) : undefined
  if (parsed?.kind === 'colour') {
    const colour = await colourOf(parsed.colour)
    return fromRaw(await foreground(opaque, alpha), width, height, 4).flatten({ background: colour })
  }
  const below =
    parsed?.kind === 'blur'
      ? await blurred(original, alpha, parsed.sigma ?? Math.max(1, Math.max(width, height) / 50))
      : await covering(await openPicture(parsed?.kind === 'path' ? parsed.path : background, options), width, height)
  const raw = { width, height, channels: 4 } as const
  return fromRaw(below, width, height, 3)
    .composite([{ input: await foreground(opaque, alpha), raw, limitInputPixels: false }])
    .removeAlpha()
}

/** Height × width × 4 samples of sRGB, colours not multiplied by alpha. */
async function foreground(opaque: Picture, alpha: Alpha): Promise<Buffer> {
  const colours = fromRaw(await opaque.rgb(), opaque.width, opaque.height, 3)
  return joinAlpha(colours, await toDepth(alpha, 'uchar'))
    .raw()
    .toBuffer()
}

async function covering(picture: Picture, width: number, height: number): Promise<Buffer> {
  const seen = fromRaw(await picture.rgb(), picture.width, picture.height, 3)
  return seen.resize(width, height, { fit: 'cover' }).raw().toBuffer()
}

function fromRaw(data: Uint8Array, width: number, height: number, channels: 3 | 4): Sharp {
  return sharp(data, { raw: { width, height, channels }, limitInputPixels: false })
}
