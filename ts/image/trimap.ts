/** The trimap of an alpha: foreground, background, and an unknown band between them. */

import sharp, { type Sharp } from 'sharp'
import { badArgument } from '../errors.js'
import { addon } from '../native.js'
import type { Alpha } from './alpha.js'

const mostReach = 65_536

/**
 * One channel of 8 bits: 255, 0, and 128 for what is soft and as many pixels around it. Rejects with ERR_ARGUMENT.
 * @param reach in pixels. @default a two-hundredth of the longer side
 */
export async function trimapImage({ data, width, height }: Alpha, reach?: number): Promise<Sharp> {
  const pixels = reach ?? Math.max(1, Math.round(Math.max(width, height) / 200))
  if (!Number.isInteger(pixels) || pixels < 0 || pixels > mostReach) {
    throw badArgument('width', `an integer from 0 to ${mostReach}`, reach)
  }
  const trimap = new Uint8Array(width * height)
  await addon().trimap(trimap, data, width, pixels)
  return sharp(trimap, { raw: { width, height, channels: 1 }, limitInputPixels: false }).toColourspace('b-w')
}
