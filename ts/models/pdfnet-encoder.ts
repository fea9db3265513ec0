/** PDFNet's encoder: Swin's stages, each mixed to the decoder's channels, and a map that sums them up. */

import type { Module, Value } from './module.js'
import { concat, resizeLike } from './operations.js'
import { crs } from './pdfnet-blocks.js'
import { swin } from './swin.js'
import type { SwinArchitecture } from './swin-architecture.js'

/**
 * @param m of the whole network's weights
 * @param image [N, 3, H, W]
 * @returns four maps [N, C, …], each half the last one's size, and one more of the fourth's size
 */
export function encode(m: Module, image: Value, architecture: SwinArchitecture): Value[] {
  const stages = swin(m.at('encoder'), image, architecture)
  const maps = stages.map((map, stage) => crs(m.at(`channel_mix${stage + 1}`), map))
  const joined = concat(
    m,
    maps.map((map) => resizeLike(m, map, maps.at(-1)!)),
    1,
  )
  return [...maps, crs(m.at('Glob.0'), crs(m.at('channel_mix'), joined))]
}
