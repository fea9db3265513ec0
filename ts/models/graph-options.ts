/** What a network's graph is written for. */

import { badArgument } from '../errors.js'
import type { Target } from './target.js'

/** Sizes that are known when the graph is written, or one graph for all of them. */
export type GraphSize = readonly [number, number] | 'any'

export interface GraphOptions<Config = never, Size extends GraphSize = readonly [number, number]> {
  readonly target: Target
  /** Height and width of the picture. */
  readonly size: Size
  /** Pictures in a run. */
  readonly batch: number
  /** Must agree with the weights. */
  readonly config?: Config
}

const maxBatch = 64

/** Throws ERR_ARGUMENT. */
export function checkBatch(batch: number): void {
  if (!Number.isInteger(batch) || batch < 1 || batch > maxBatch) {
    throw badArgument('batch', `a whole number from 1 to ${maxBatch}`, batch)
  }
}
