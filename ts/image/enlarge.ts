/** The alpha of a picture that was shrunk for the network, at the picture's own size. */

import { abortable } from '../abortable.js'
import { badArgument } from '../errors.js'
import { alphaImage, type Alpha } from './alpha.js'
import { samplesOf, type Depth } from './samples.js'
import type { Size } from './size.js'

export interface EnlargeOptions {
  /** Of the result. */
  readonly depth: Depth
  readonly signal?: AbortSignal | undefined
}

/**
 * Bilinear, half-pixel centres, edges repeated; rounded once, at the end. libvips works through it in strips: of memory
 * it takes little more than the result. Rejects with ERR_ARGUMENT or ERR_ABORTED.
 * @param alpha of 16 bits, so that rounding it before did no harm
 */
export async function enlarge(
  alpha: Alpha,
  { width, height }: Size,
  { depth, signal }: EnlargeOptions,
): Promise<Alpha> {
  if (alpha.depth !== 'ushort') throw badArgument('alpha.depth', 'ushort', alpha.depth)
  if (width < alpha.width || height < alpha.height) {
    throw badArgument('size', `at least ${alpha.width}×${alpha.height}`, `${width}×${height}`)
  }
  const image = alphaImage(alpha)
    .resize(width, height, { fit: 'fill', kernel: 'linear' })
    .convolve(halfBack)
    // Cut off at the end, as every cast of libvips is: so the half that rounds.
    .linear(depth === 'uchar' ? 255 / 65535 : 1, 0.5)
  const data = await abortable(image.raw({ depth }).toBuffer(), signal)
  return { data: samplesOf(data, depth), width, height, channels: 1, depth }
}

/** libvips enlarges half a pixel too far to the right and down: the mean of a pixel and the next ones takes it back. */
const halfBack = { width: 3, height: 3, kernel: [0, 0, 0, 0, 1, 1, 0, 1, 1], scale: 4 }
