/** What an export is asked for, and what comes of it. */

import { badArgument } from '../errors.js'
import type { Work } from '../progress.js'
import type { GraphSize } from './graph-options.js'
import { isPrecision, precisions, type Precision } from './precision.js'
import { isTarget, targets, type Target } from './target.js'

export type Io = 'tensor' | 'image'

export const ios: readonly Io[] = ['tensor', 'image']

export interface ExportOptions extends Work {
  /** One of `architectureNames`; with a `recipe`, the path of an ONNX file. */
  readonly model: string
  /** For an ONNX file: the name of the recipe that says what it takes and gives. */
  readonly recipe?: string
  /** Path of the ONNX file, or of the chain's folder: new, or empty. It appears whole or not at all. */
  readonly output: string
  /**
   * What goes in and comes out: the network's own tensors, or a picture and its matte, by a chain of graphs in a folder.
   * @default 'tensor'
   */
  readonly io?: Io
  /** Path of a checkpoint: PyTorch's, or safetensors. */
  readonly weights?: string
  /** Instead of weights: a seed, for benchmarks and tests. */
  readonly randomWeights?: number
  /** What it is to run on. @default 'cpu' */
  readonly target?: Target
  /**
   * `fp16` is half precision with islands of single precision; inputs and outputs stay single.
   * @default 'fp32'
   */
  readonly precision?: Precision
  /**
   * Height and width of the pictures. One graph for `any` is for Depth Anything alone, and takes one picture in a run.
   * @default the configuration's, or else what the network was trained on; of a chain for depth, any
   */
  readonly size?: GraphSize
  /** Pictures in a run. @default 1 */
  readonly batch?: number
  /** Path of a JSON file with the network's hyper-parameters: those that the weights' shapes cannot tell, or all. */
  readonly config?: string
}

/** Of a chain: all its graphs together, with the inputs that are given to it and the mattes that it makes. */
export interface Exported {
  /** Absolute path of the file, or of the chain's manifest. */
  readonly path: string
  readonly bytes: number
  readonly nodes: number
  /** Names and sizes. */
  readonly inputs: Readonly<Record<string, readonly (number | string)[]>>
  readonly outputs: Readonly<Record<string, readonly (number | string)[]>>
}

/** Throws ERR_ARGUMENT for what is wrong whatever the model is. */
export function checkExportOptions(options: ExportOptions): void {
  const { output, io = 'tensor', target = 'cpu', precision = 'fp32' } = options
  if (typeof output !== 'string' || output === '') throw badArgument('output', 'the path of a file', output)
  if (!ios.includes(io)) throw badArgument('io', `one of ${ios.join(', ')}`, io)
  if (!isTarget(target)) throw badArgument('target', `one of ${targets.join(', ')}`, target)
  if (!isPrecision(precision)) throw badArgument('precision', `one of ${precisions.join(', ')}`, precision)
}
