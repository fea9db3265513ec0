/** A picture cut into 8×8 patches, which become pictures of their own, and maps of patches stitched together again. */

import type { Module, Value } from './module.js'
import { reshape, transpose } from './operations.js'
import { grid } from './pdfnet-boundary.js'

/** [N, C, H, W] to [N · 64, C, H / 8, W / 8] */
export function cut(m: Module, x: Value): Value {
  const [batch, channels, height, width] = x.shape as [number, number, number, number]
  const [tall, wide] = [height / grid, width / grid]
  const cells = transpose(m, reshape(m, x, [batch, channels, grid, tall, grid, wide]), [0, 2, 4, 1, 3, 5])
  return reshape(m, cells, [batch * grid * grid, channels, tall, wide])
}

/** [N · 64, C, H, W] to [N, C, 8 · H, 8 · W] */
export function stitch(m: Module, x: Value): Value {
  const [patches, channels, height, width] = x.shape as [number, number, number, number]
  const batch = patches / grid ** 2
  const cells = transpose(m, reshape(m, x, [batch, grid, grid, channels, height, width]), [0, 3, 1, 4, 2, 5])
  return reshape(m, cells, [batch, channels, grid * height, grid * width])
}
