/** Photographs of a folder, cut and scaled to be backgrounds. */

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { hash } from './random.mjs'

const stream = 4

/** A function that gives the photograph of a seed: size × size × 3 bytes. */
export async function photographsOf(folder) {
  const files = (await readdir(folder)).filter((name) => /\.(png|jpe?g|webp|tiff?|avif)$/i.test(name)).sort()
  if (files.length === 0) throw new Error(`there is no photograph in ${folder}`)
  return async (seed, size) => {
    const data = await sharp(join(folder, files[hash(seed, stream, 0) % files.length]), { autoOrient: true })
      .resize(size, size, { fit: 'cover', kernel: 'cubic' })
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer()
    const shared = new Uint8Array(new SharedArrayBuffer(data.length))
    shared.set(data)
    return shared
  }
}
