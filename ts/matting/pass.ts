/** One pass of a picture through the chain, from what was given to its matte. */

import { openPicture, sizeWithin } from '../image/index.js'
import type { PictureInput } from '../image/index.js'
import { readDepth } from './given-depth.js'
import { inferPicture, type Infer, type NetworkSizes } from './inference.js'
import { Matte } from './matte.js'
import type { MatteOptions } from './options.js'
import type { Admit } from './schedule.js'
import { timed } from './timed.js'

/** @param admit asked once the picture's size is known, before it is decoded */
export async function matteOf(
  input: PictureInput,
  infer: Infer,
  sizes: NetworkSizes,
  options: MatteOptions,
  admit?: Admit,
): Promise<Matte> {
  const { limits, signal } = options
  const [picture, opening] = await timed(openPicture(input, { limits, signal }))
  await admit?.(picture.width * picture.height)
  const depth = options.depth === undefined ? undefined : await readDepth(options.depth, picture, { limits, signal })
  const size = sizeWithin(picture, sizes.largest)
  const inferred = await inferPicture(picture, size, infer, sizes, options, depth)
  const { timings } = inferred
  return Matte.of(picture, { ...inferred, timings: { ...timings, decode: opening + timings.decode } }, options)
}
