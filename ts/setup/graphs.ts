/** The graphs of a prepared model: their names, and what the thread that writes them is told. */

import type { Recipe } from '../models/index.js'

/** Part of every prepared model's key: raise it whenever ts/models or ts/graph write other graphs than before. */
export const graphsVersion = 3

export const matteTypes = ['uint8', 'uint16', 'float32'] as const

/** In the entry of a prepared model. */
export const graphFiles = {
  pre: 'pre.onnx',
  core: 'core.onnx',
  post: { uint8: 'post-uint8.onnx', uint16: 'post-uint16.onnx', float32: 'post-float32.onnx' },
} as const

export type Target = 'cpu'

export interface PrepareJob {
  readonly recipe: Recipe
  /** Absolute path of the weights, an ONNX file. */
  readonly weights: string
  readonly target: Target
  /** Where the graphs are written. */
  readonly folder: string
}
