/** What a network computes in: single precision, or half precision with islands of single. */

import { isMarkedIsland, mixedPrecision, type Model } from '../graph/index.js'
import type { Recipe } from './recipe.js'

/** What a network's values and weights are held in. */
export type Precision = 'fp32' | 'fp16'

export const precisions: readonly Precision[] = ['fp32', 'fp16']

export function isPrecision(value: unknown): value is Precision {
  return precisions.includes(value as Precision)
}

/** With the islands that the graph and the recipe name, and the recipe's output: near 1 half precision is coarse. */
export function inHalf(model: Model, { output, precision: { islands } }: Recipe): Model {
  return mixedPrecision(
    model,
    (node) => isMarkedIsland(node) || islands.includes(node.name) || node.outputs.includes(output.name),
  )
}
