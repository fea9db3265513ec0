/** The photographs that are matted: fixtures, at the sizes that are measured. */

import { join } from 'node:path'
import sharp from 'sharp'
import { root } from '../steps.mjs'

export function photo(name) {
  return join(root, 'test/fixtures/photos', name)
}

/** A fixture as height × width × 3 bytes, filled to the size that is wanted. */
export async function picture(name, width, height) {
  const pixels = sharp(photo(name)).removeAlpha().toColourspace('srgb')
  if (width !== undefined) pixels.resize(width, height, { fit: 'cover', kernel: 'cubic' })
  const { data, info } = await pixels.raw().toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height }
}
