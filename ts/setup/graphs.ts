/** What the thread that writes the graphs of a prepared model is told. */

import type { Precision, Recipe, Target, WeightsSource } from '../models/index.js'

/** Part of every prepared model's key: raise it whenever ts/models or ts/graph write other graphs than before. */
export const graphsVersion = 8

export interface PrepareJob {
  readonly network: NetworkJob
  /** What makes the pseudo-depth that the network takes; without it, it is the caller's to give. */
  readonly depth?: NetworkJob
  readonly target: Target
  readonly precision: Precision
  /** Pictures in a run of each core, ascending. */
  readonly batches: readonly number[]
  /** Where the graphs are written. */
  readonly folder: string
}

interface NetworkJob {
  readonly recipe: Recipe
  readonly weights: WeightsSource
}
