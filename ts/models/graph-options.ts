/** What a network's graph is written for. */

import { badArgument } from '../errors.js'
import type { Target } from './target.js'

export interface GraphOptions<Config = never> {
  readonly target: Target
  /** Height and width of the picture. */
  readonly size: readonly [number, number]
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
