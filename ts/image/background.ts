/** What a cut-out is put over: one colour, a picture, or the blurred original. */

import sharp, { type Sharp } from 'sharp'
import { badArgument } from '../errors.js'

export type Background =
  | { readonly kind: 'colour'; readonly colour: string }
  | { readonly kind: 'path'; readonly path: string }
  /** Standard deviation in pixels; undefined for what fits the picture. */
  | { readonly kind: 'blur'; readonly sigma: number | undefined }

const mostSigma = 1000

/**
 * A CSS colour ("#fff", "white", "rgb(1 2 3)"), "blur" or "blur:PIXELS", or else a path; a file that is named like one of
 * these is "./white". Throws ERR_ARGUMENT.
 */
export function parseBackground(text: string): Background {
  if (typeof text !== 'string' || text === '') throw badArgument('background', 'a CSS colour or a path', text)
  const blur = /^blur(?::(.*))?$/.exec(text)
  if (blur) return { kind: 'blur', sigma: blur[1] === undefined ? undefined : sigmaOf(blur[1]) }
  return isColour(text) ? { kind: 'colour', colour: text } : { kind: 'path', path: text }
}

function sigmaOf(text: string): number {
  const sigma = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN
  if (!(sigma >= 1 && sigma <= mostSigma)) throw badArgument('blur', `a number of pixels from 1 to ${mostSigma}`, text)
  return sigma
}

function isColour(text: string): boolean {
  try {
    onePixel(text)
    return true
  } catch {
    return false
  }
}

/** A colour's samples of sRGB, 0 to 255. Rejects with ERR_ARGUMENT where it is not opaque. */
export async function colourOf(text: string): Promise<{ r: number; g: number; b: number }> {
  const [r = 0, g = 0, b = 0, alpha] = await onePixel(text).raw().toBuffer()
  if (alpha !== 255) throw badArgument('background', 'an opaque colour', text)
  return { r, g, b }
}

function onePixel(background: string): Sharp {
  return sharp({ create: { width: 1, height: 1, channels: 4, background } })
}
