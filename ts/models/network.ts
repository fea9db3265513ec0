/** A recipe's network, from wherever its weights are: an ONNX file, a checkpoint, or a seed. */

import { openCheckpoint } from '../checkpoint/index.js'
import { PdfnetError } from '../errors.js'
import { keepOutputs, removeDead, type Model } from '../graph/index.js'
import type { Work } from '../progress.js'
import { architectureNamed, isArchitecture, type Architecture } from './architectures.js'
import { checkpointWeights } from './checkpoint-weights.js'
import { inHalf, type Precision } from './precision.js'
import type { Recipe } from './recipe.js'
import { prepareCore } from './registry.js'
import type { Target } from './target.js'
import { unsupported } from './unsupported.js'
import { randomWeights, type Weights } from './weights.js'

/** A file, or the seed of random weights. */
export type WeightsSource = { readonly path: string } | { readonly seed: number }

export interface NetworkOptions {
  readonly target: Target
  readonly precision: Precision
}

export interface Network {
  /**
   * The graph for so many pictures in a run, with the recipe's output alone. Rejects with ERR_MODEL_MISMATCH or
   * ERR_ARGUMENT where the weights or the size are not the network's, and as `readOnnx` does.
   */
  graph(batch: number): Promise<Model>
  /** Graphs cannot be written afterwards: their weights are read when they are. */
  close(): Promise<void>
}

/** Rejects as `openCheckpoint` does, or with ERR_MODEL_UNSUPPORTED for random weights of a network that is read whole. */
export async function openNetwork(
  recipe: Recipe,
  source: WeightsSource,
  options: NetworkOptions,
  work: Work = {},
): Promise<Network> {
  const finish = (model: Model): Model => finished(model, recipe, options)
  const architecture = architectureOf(recipe)
  if (!architecture) {
    if ('seed' in source) throw unsupported(recipe.name, 'it has no random weights', 'Leave randomWeights out')
    const { path } = source
    const graph = async (batch: number): Promise<Model> =>
      finish(await prepareCore(recipe, path, options.target, work, batch))
    return { graph, close: () => Promise.resolve() }
  }
  const config = architecture.parseConfig(recipe.config ?? {})
  const { weights, close } = await openWeights(source, () => architecture.shapes(config), work)
  const { target } = options
  const size = recipe.input.keepAspect ? 'any' : recipe.input.size
  const graph = (batch: number): Promise<Model> =>
    Promise.resolve().then(() => finish(architecture.graph(weights, { target, size, batch, config })))
  return { graph, close }
}

/** By the recipe's own name, which may say more than its family's. */
function architectureOf({ name, family }: Recipe): Architecture<unknown> | undefined {
  const known = [name, family].find(isArchitecture)
  return known && architectureNamed(known)
}

async function openWeights(
  source: WeightsSource,
  shapes: () => Parameters<typeof randomWeights>[0],
  { signal }: Work,
): Promise<{ readonly weights: Weights; readonly close: () => Promise<void> }> {
  if ('seed' in source) {
    return { weights: randomWeights(shapes(), source.seed), close: () => Promise.resolve() }
  }
  const checkpoint = await openCheckpoint(source.path, { signal })
  return { weights: checkpointWeights(checkpoint), close: () => checkpoint.close() }
}

function finished(model: Model, recipe: Recipe, { precision }: NetworkOptions): Model {
  const { name, output } = recipe
  if (!model.graph.outputs.some((info) => info.name === output.name)) {
    throw new PdfnetError('ERR_INTERNAL', `recipe ${name}: the network has no output ${output.name}`)
  }
  const single = removeDead(keepOutputs(model, [output.name]))
  return precision === 'fp32' ? single : inHalf(single, recipe)
}
