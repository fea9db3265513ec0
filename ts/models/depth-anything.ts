/** Depth Anything V2, written as a graph from its weights: a picture becomes its pseudo-depth. */

import { badArgument } from '../errors.js'
import { GraphBuilder, type Model } from '../graph/index.js'
import { readDepthAnything, type DepthAnythingConfig } from './depth-anything-architecture.js'
import { dinov2Patch } from './dinov2-architecture.js'
import { dinov2 } from './dinov2.js'
import { dpt } from './dpt.js'
import { checkBatch, type GraphOptions } from './graph-options.js'
import { Module } from './module.js'
import type { Weights } from './weights.js'

/** Four times what the network was trained on: 21,904 tokens. */
const maxSide = 148 * dinov2Patch

/**
 * Input `image`, float32 [N, 3, H, W], normalised; output `depth`, float32 [N, H, W]: relative inverse depth, at least 0.
 * H and W are multiples of 14, and the position embedding for them is a constant of the graph.
 *
 * Weights are read when the graph is written to a file. Throws ERR_ARGUMENT for a size that the network cannot take and
 * where `config` must say more, ERR_MODEL_MISMATCH for weights that are not its.
 */
export function depthAnythingGraph(
  weights: Weights,
  { target, size, batch, config }: GraphOptions<DepthAnythingConfig>,
): Model {
  checkSize(size)
  checkBatch(batch)
  const { architecture, weights: named } = readDepthAnything(weights, config)
  const b = new GraphBuilder('depth-anything-v2')
  const [height, width] = size
  const shape = [batch, 3, height, width]
  const image = { name: b.input('image', 'float32', shape), shape }
  const m = Module.root(b, named, target)

  const features = dinov2(m.at('pretrained'), image, architecture.encoder, architecture.layers)
  const grid = [height / dinov2Patch, width / dinov2Patch] as const
  const map = dpt(m.at('depth_head'), features, grid, size)
  const depth = m.apply('Reshape', [map, m.integers([batch, height, width])], [batch, height, width], {}, 'depth')
  b.output(depth.name, 'float32', depth.shape)
  return b.build()
}

function checkSize(size: readonly [number, number]): void {
  const isRight = (side: number) => side >= dinov2Patch && side <= maxSide && side % dinov2Patch === 0
  if (size.every(isRight)) return
  const nearest = size.map((side) => {
    const near = Math.round(side / dinov2Patch) * dinov2Patch
    return Number.isNaN(near) ? 518 : Math.min(Math.max(near, dinov2Patch), maxSide)
  })
  throw badArgument(
    'size',
    `multiples of ${dinov2Patch} from ${dinov2Patch} to ${maxSide} (the nearest is ${nearest.join('x')})`,
    size.join('x'),
  )
}
