/** Pixels become what a network takes: the last step of the graphs before it. */

import type { GraphBuilder } from '../graph/index.js'
import { tensorOf } from '../tensor.js'
import type { Recipe } from './recipe.js'

/** (pixel / scale − mean) / deviation, as a diagonal convolution: TensorRT keeps no second copy of the picture for it. */
export function normalise(b: GraphBuilder, value: string, { input }: Recipe): string {
  const { scale, mean, deviation } = input
  const gain = deviation.map((one) => 1 / (scale * one))
  const diagonal = gain.flatMap((one, i) => [0, 1, 2].map((j) => (i === j ? one : 0)))
  const bias = mean.map((one, i) => -one / deviation[i]!)
  const weights = [
    b.constant('gain', tensorOf('float32', [3, 3, 1, 1], diagonal)),
    b.constant('bias', tensorOf('float32', [3], bias)),
  ]
  return b.node('Conv', [value, ...weights], { kernel_shape: [1, 1] }, { name: 'input' })
}
