/** The graph before a network that takes pseudo-depth: a map of any size, resized. */

import { GraphBuilder, type Model } from '../graph/index.js'
import { tensorOf } from '../tensor.js'
import type { Recipe } from './recipe.js'

/**
 * Input `depth`, float32 [1, height, width], of any range, as a depth network gives it for one picture; output `input`,
 * float32 [1, 1, S, S]. Bilinear, half-pixel centres, edges repeated, no antialiasing.
 */
export function preDepthGraph(recipe: Recipe): Model {
  const [height, width] = recipe.input.size
  const b = new GraphBuilder(`${recipe.name}-pre-depth`)
  const depth = b.input('depth', 'float32', [1, 'height', 'width'])
  const plane = b.node('Unsqueeze', [depth, b.constant('channel', tensorOf('int64', [1], [1]))])
  const size = b.constant('size', tensorOf('int64', [4], [1, 1, height, width]))
  const attributes = { mode: 'linear', coordinate_transformation_mode: 'half_pixel' }
  b.output(b.node('Resize', [plane, '', '', size], attributes, { name: 'input' }), 'float32', [1, 1, height, width])
  return b.build()
}
