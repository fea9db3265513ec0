/** Depth Anything V2, written as a graph from its weights: a picture becomes its pseudo-depth. */

import { badArgument } from '../errors.js'
import { GraphBuilder, type Model } from '../graph/index.js'
import { readDepthAnything, type DepthAnythingConfig } from './depth-anything-architecture.js'
import { dinov2Patch } from './dinov2-architecture.js'
import { dinov2 } from './dinov2.js'
import { mostPatches } from './dinov2-positions.js'
import { dpt } from './dpt.js'
import { dividedBy, extentOf } from './extent.js'
import { checkBatch, type GraphOptions, type GraphSize } from './graph-options.js'
import { Module, type Value } from './module.js'
import { unknownSize } from './operations.js'
import type { Weights } from './weights.js'

/** Four times what the network was trained on: 21,904 tokens. */
const maxSide = mostPatches * dinov2Patch

/**
 * Input `image`, float32 [N, 3, H, W], normalised; output `depth`, float32 [N, H, W]: relative inverse depth, at least 0.
 * H and W are multiples of 14, at most 2072. Where they are known the position embedding for them is a constant of the
 * graph; a graph of any size works it out, and takes one picture.
 *
 * Weights are read when the graph is written to a file. Throws ERR_ARGUMENT for a size that the network cannot take and
 * where `config` must say more, ERR_MODEL_MISMATCH for weights that are not its.
 */
export function depthAnythingGraph(
  weights: Weights,
  { target, size, batch, config }: GraphOptions<DepthAnythingConfig, GraphSize>,
): Model {
  if (size !== 'any') checkSize(size)
  checkBatch(batch)
  if (size === 'any' && batch !== 1) throw badArgument('batch', '1 for pictures of any size', batch)
  const { architecture, weights: named } = readDepthAnything(weights, config)
  const b = new GraphBuilder('depth-anything-v2')
  const [height, width] = size === 'any' ? ['height', 'width'] : size
  const name = b.input('image', 'float32', [batch, 3, height, width])
  const sizes = size === 'any' ? [unknownSize, unknownSize] : size
  const image = { name, shape: [batch, 3, ...sizes] }
  const m = Module.root(b, named, target)

  const features = dinov2(m.at('pretrained'), image, architecture.encoder, architecture.layers)
  const extent = extentOf(m, image)
  const map = dpt(m.at('depth_head'), features, dividedBy(m, extent, dinov2Patch), extent)
  const depth = withoutChannel(m, map)
  b.output(depth.name, 'float32', [batch, height, width])
  return b.build()
}

/** [N, 1, H, W] to [N, H, W]. */
function withoutChannel(m: Module, map: Value): Value {
  const [batch, , ...sizes] = map.shape as [number, number, number, number]
  if (!sizes.includes(unknownSize))
    return m.apply('Reshape', [map, m.integers([batch, ...sizes])], [batch, ...sizes], {}, 'depth')
  return m.apply('Squeeze', [map, m.integers([1])], [batch, ...sizes], {}, 'depth')
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
