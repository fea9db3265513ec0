/** The flags that say which model, shared by the verbs that open or build one. */

import { InvalidArgumentError, Option, type Command } from 'commander'
import { badArgument } from '../errors.js'
import type { ModelOptions } from '../matting/index.js'
import { precisions, type Precision } from '../models/index.js'

export interface ModelFlags {
  readonly weights?: string
  readonly randomWeights?: number
  readonly depthModel: string
  readonly depthWeights?: string
  readonly size?: readonly [number, number]
  readonly precision?: Precision
  readonly batch?: number
}

export function withModelFlags(command: Command): Command {
  return command
    .addOption(
      new Option(
        '-w, --weights <file>',
        "the authors' checkpoint, or an ONNX of the model's family (default: its own)",
      ),
    )
    .addOption(
      new Option('--random-weights <seed>', 'no weights at all, for benchmarks: of the depth model too')
        .argParser(parseWhole)
        .conflicts(['weights', 'depthWeights']),
    )
    .addOption(new Option('--depth-weights <file>', 'for a model that takes pseudo-depth: what makes it, a checkpoint'))
    .addOption(
      new Option(
        '--depth-model <name>',
        'the network of that checkpoint; only small is for commercial use; given: no network, but a map a picture',
      ).default('depth-anything-v2-large'),
    )
    .addOption(
      new Option('--size <pixels>', 'side, or height x width, that the network is given (default: its own)').argParser(
        parseSize,
      ),
    )
    .addOption(new Option('--precision <type>', 'of TensorRT engines (default: fp16)').choices(precisions))
    .addOption(new Option('--batch <n>', 'pictures that an engine may compute together').argParser(parseWhole))
}

/** Of verbs that matte pictures as well as they can. */
export function augmentFlag(): Option {
  return new Option('--augment [passes]', 'average several: mirrored too, or at three sizes as well (full)')
    .choices(['mirror', 'full'])
    .preset('mirror')
}

/** @param takesDepth whether the model does: then a seed is for its depth network as well */
export function modelOptions(model: string, flags: ModelFlags, takesDepth: boolean): ModelOptions {
  const { weights, randomWeights, depthModel, depthWeights, size, precision, batch } = flags
  const isGiven = depthModel === 'given'
  if (takesDepth && !isGiven && depthWeights === undefined && randomWeights === undefined) {
    throw badArgument('--depth-weights', `the checkpoint of a depth model, as ${model} takes pseudo-depth`, undefined)
  }
  if (!takesDepth && depthWeights !== undefined) {
    throw badArgument('--depth-weights', `nothing, as ${model} takes no pseudo-depth`, depthWeights)
  }
  if (isGiven && depthWeights !== undefined) {
    throw badArgument('--depth-weights', 'nothing where depth is given', depthWeights)
  }
  const network = isGiven ? 'given' : { model: depthModel, weights: depthWeights, randomWeights }
  const depth = takesDepth ? network : undefined
  return { model, weights, randomWeights, depth, size, precision, batch }
}

export function parseWhole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Expected a whole number.')
  return Number(text)
}

/** Height and width. */
export function parseSize(text: string): readonly [number, number] {
  const [, height, width = height] = /^(\d+)(?:x(\d+))?$/.exec(text) ?? []
  if (height === undefined) throw new InvalidArgumentError('Expected a side, as 1024, or height x width, as 518x686.')
  return [Number(height), Number(width)]
}
