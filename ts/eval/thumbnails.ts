/** Small copies of pictures, as data URIs: a page that holds them needs no other file. */

import { openPicture } from '../image/index.js'
import type { ScoredPair } from './summary.js'

/** A pair as a page shows it. */
export interface ShownPair {
  readonly pair: ScoredPair
  /** Title and data URI; what cannot be read any more is left out. */
  readonly images: readonly (readonly [title: string, uri: string])[]
}

const side = 240

export async function showPair(pair: ScoredPair): Promise<ShownPair> {
  const files = [
    ['picture', pair.picture],
    ['truth', pair.truth],
    ['prediction', pair.prediction],
  ] as const
  const images: [string, string][] = []
  for (const [title, path] of files) {
    const uri = path && (await thumbnail(path).catch(() => undefined))
    if (uri) images.push([title, uri])
  }
  return { pair, images }
}

async function thumbnail(path: string): Promise<string> {
  const picture = await openPicture(path)
  const data = await picture
    .pixels()
    .resize(side, side, { fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .jpeg({ quality: 80 })
    .toBuffer()
  return `data:image/jpeg;base64,${data.toString('base64')}`
}
