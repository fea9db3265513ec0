/** PDFNet's feature selection (FSE): picture, depth and patches look at one another, guided by the last prediction. */

import type { Module, Value } from './module.js'
import { add, concat, multiply, reshape, resizeLike, sigmoid, transpose } from './operations.js'
import { crs } from './pdfnet-blocks.js'
import { findBoundary, spread } from './pdfnet-boundary.js'
import { coa } from './pdfnet-coa.js'

/** A map [N, C, H, W] of each: the whole picture, the depth, and the stitched patches. */
export interface Features {
  readonly image: Value
  readonly depth: Value
  readonly patches: Value
}

/**
 * @param features each of twice the decoder's channels
 * @param last the last prediction: logits [N, 1, H, W]
 * @param pool how much smaller the maps are that keys come from
 */
export function selectFeatures(m: Module, features: Features, last: Value, pool: number): Features {
  const { image, depth, patches } = features
  const prediction = sigmoid(m.island('boundary'), last)
  const { integrity, emphasis } = findBoundary(m, prediction)
  const attention = (like: Value) => resizeLike(m, prediction, like)

  const pictured = crs(m.at('I_channelswich'), multiply(m, image, attention(image)))
  const prior = add(m, sigmoid(m, resizeLike(m, last, depth)), resizeLike(m, integrity, depth))
  const deep = crs(m.at('D_channelswich'), multiply(m, depth, multiply(m, attention(depth), prior)))
  const [, , height, width] = patches.shape as [number, number, number, number]
  const emphasised = multiply(m, attention(patches), spread(m, emphasis, height, width))
  const patched = crs(m.at('P_channelswich'), multiply(m, patches, emphasised))

  const [i, d, p] = [pictured, deep, patched].map((map) => tokensOf(m, pooled(m, map, pool))) as [Value, Value, Value]
  const fromPatches = coa(m.at('PI'), p, concat(m, [i, d], 1))
  const withPatches = coa(m.at('IP'), pool === 1 ? i : tokensOf(m, pictured), fromPatches)
  const fromDepth = coa(m.at('DI'), d, concat(m, [i, p], 1))
  const withDepth = coa(m.at('ID'), withPatches, fromDepth)

  return {
    image: add(m, mapOf(m, withDepth, pictured, 1), pictured),
    depth: add(m, resizeLike(m, mapOf(m, fromDepth, deep, pool), deep), deep),
    patches: add(m, resizeLike(m, mapOf(m, fromPatches, patched, pool), patched), patched),
  }
}

function pooled(m: Module, map: Value, pool: number): Value {
  if (pool === 1) return map
  const [batch, channels, height, width] = map.shape as [number, number, number, number]
  const window = [pool, pool]
  return m.apply('AveragePool', [map], [batch, channels, height / pool, width / pool], {
    kernel_shape: window,
    strides: window,
  })
}

/** [N, C, H, W] to [N, H · W, C] */
function tokensOf(m: Module, map: Value): Value {
  const [batch, channels, height, width] = map.shape as [number, number, number, number]
  return transpose(m, reshape(m, map, [batch, channels, height * width]), [0, 2, 1])
}

/** [N, H · W, C] to [N, C, H, W], whose sides are those of `like` divided by `pool`. */
function mapOf(m: Module, tokens: Value, like: Value, pool: number): Value {
  const [batch, channels, height, width] = like.shape as [number, number, number, number]
  return reshape(m, transpose(m, tokens, [0, 2, 1]), [batch, channels, height / pool, width / pool])
}
