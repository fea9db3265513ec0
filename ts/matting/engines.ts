/** A model made ready for a device: its graphs prepared and, for TensorRT, its engines built where they are not there. */

import { badArgument } from '../errors.js'
import { loadRecipe, type Recipe } from '../models/index.js'
import { buildChain, type BuildWhen, type ChainLibrary, type ChainStage, type PlanStage } from '../runtime/index.js'
import { prepareModel, type PreparedModel } from '../setup/index.js'
import type { Store } from '../store/index.js'
import type { EngineOptions, ModelOptions } from './options.js'

export interface ModelEngines {
  readonly recipe: Recipe
  readonly prepared: PreparedModel
  /** In the form that the device opens. */
  readonly stages: readonly ChainStage[]
  /** Of TensorRT: the same, with what the plans are. */
  readonly plans?: readonly PlanStage[]
}

/**
 * @param library that runs the engines; undefined: the CPU device, which needs none built
 * @throws as `prepareModel` and `buildChain` do
 */
export async function modelEngines(
  store: Store,
  options: ModelOptions & EngineOptions,
  library: ChainLibrary | undefined,
  build: BuildWhen,
): Promise<ModelEngines> {
  const { weights, randomWeights, depth, batch, precision = 'fp16', signal, onProgress, onPhase } = options
  const recipe = recipeOf(options)
  const form = library ? ({ target: 'tensorrt', precision } as const) : ({ target: 'cpu', precision: 'fp32' } as const)
  const depthOptions = depth && { ...depth, recipe: loadRecipe(depth.model) }
  const work = { signal, onProgress }
  const prepared = await prepareModel(
    store,
    recipe,
    { ...form, weights, randomWeights, batch, depth: depthOptions },
    work,
  )
  if (!library) return { recipe, prepared, stages: prepared.stages }
  const command = buildCommand(options)
  const plans = await buildChain(store, prepared.stages, { ...work, library, build, command, onPhase })
  return { recipe, prepared, stages: plans, plans }
}

/** The model's, for the size that is wanted. */
function recipeOf({ model, size }: ModelOptions): Recipe {
  const recipe = loadRecipe(model)
  return size === undefined ? recipe : { ...recipe, input: { ...recipe.input, size } }
}

/** The command that builds a model's engines with those options. */
export function buildCommand({ model, weights, randomWeights, depth, size, batch, precision }: ModelOptions): string {
  const flag = (name: string, value: string | number | undefined): string[] =>
    value === undefined ? [] : [`--${name}`, `${value}`]
  const words = [
    ...['npx pdfnet-trt build-engine', model, ...flag('weights', weights), ...flag('random-weights', randomWeights)],
    ...[...flag('depth-model', depth?.model), ...flag('depth-weights', depth?.weights)],
    ...[...flag('size', size?.join('x')), ...flag('precision', precision), ...flag('batch', batch)],
  ]
  return words.join(' ')
}

/** Throws ERR_ARGUMENT where the model takes pseudo-depth and nothing makes it. */
export function checkDepthOption({ model, depth }: ModelOptions): void {
  if (depth !== undefined || loadRecipe(model).input.depth === undefined) return
  throw badArgument('depth', `a network that makes the pseudo-depth that ${model} takes`, depth)
}
