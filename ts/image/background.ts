/** What a cut-out is put over: one colour, or a picture. */

import sharp, { type Sharp } from 'sharp'
import { badArgument } from '../errors.js'

export type Background =
  { readonly kind: 'colour'; readonly colour: string } | { readonly kind: 'path'; readonly path: string }

/**
 * A CSS colour ("#fff", "white", "rgb(1 2 3)"), or else a path; a file that is named like a colour is "./white".
 * Throws ERR_ARGUMENT.
 */
export function parseBackground(text: string): Background {
  if (typeof text !== 'string' || text === '') throw badArgument('background', 'a CSS colour or a path', text)
  return isColour(text) ? { kind: 'colour', colour: text } : { kind: 'path', path: text }
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
