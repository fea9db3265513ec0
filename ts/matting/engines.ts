/** A model made ready for a device: its graphs prepared and, for TensorRT, its engines built where they are not there. */

import { asPdfnetError, badArgument, PdfnetError } from '../errors.js'
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
  const depthOptions = depth && depth !== 'given' ? { ...depth, recipe: loadRecipe(depth.model) } : undefined
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

/** The sizes beside 1 at which PDFNet's authors average. */
const scales = [0.75, 1.25]

/**
 * The engines of the network at its own size, and of others where `augmentation` wants them: those are given the depth
 * that the first made. Rejects as `modelEngines` does, or with ERR_MODEL_UNSUPPORTED where the network takes one size.
 */
export async function allEngines(
  store: Store,
  options: ModelOptions & EngineOptions,
  library: ChainLibrary | undefined,
  build: BuildWhen,
): Promise<readonly [OwnEngines, ...OwnEngines[]]> {
  const own = { options, ...(await modelEngines(store, options, library, build)) }
  const others: OwnEngines[] = []
  for (const scale of options.augmentation === 'full' ? scales : []) {
    const { size, depth } = own.recipe.input
    const scaled = {
      ...options,
      size: [Math.round(scale * size[0]), Math.round(scale * size[1])] as const,
      ...(depth !== undefined && { depth: 'given' as const }),
    }
    others.push({ options: scaled, ...(await modelEngines(store, scaled, library, build).catch(unscaled(own.recipe))) })
  }
  return [own, ...others]
}

export interface OwnEngines extends ModelEngines {
  /** What they were made for. */
  readonly options: ModelOptions & EngineOptions
}

/** The weights are the network's, as its own size has shown: so it is the size that they do not have. */
function unscaled({ title, input: { size } }: Recipe): (error: unknown) => never {
  return (error) => {
    const { code } = asPdfnetError(error)
    if (code !== 'ERR_MODEL_MISMATCH' && code !== 'ERR_ARGUMENT') throw error
    const message = `${title} is not averaged over sizes: its graph takes ${size.join('×')}, not ${scales.join(' and ')} of it`
    throw new PdfnetError('ERR_MODEL_UNSUPPORTED', message, {
      cause: error,
      remedy: "Use augmentation 'mirror', or PDFNet at a size that divides by 128",
    })
  }
}

/** The command that builds a model's engines with those options. */
export function buildCommand({ model, weights, randomWeights, depth: network, size, ...rest }: ModelOptions): string {
  const depth = network === 'given' ? { model: 'given' } : network
  const { batch, precision, augmentation } = rest
  const flag = (name: string, value: string | number | undefined): string[] =>
    value === undefined ? [] : [`--${name}`, `${value}`]
  const words = [
    ...['npx pdfnet-trt build-engine', model, ...flag('weights', weights), ...flag('random-weights', randomWeights)],
    ...[...flag('depth-model', depth?.model), ...flag('depth-weights', depth?.weights)],
    ...[...flag('size', size?.join('x')), ...flag('precision', precision), ...flag('batch', batch)],
    ...flag('augmentation', augmentation),
  ]
  return words.join(' ')
}

/** Throws ERR_ARGUMENT where the model takes pseudo-depth and nothing makes or gives it, or where it takes none. */
export function checkDepthOption({ model, depth }: ModelOptions): void {
  const takesDepth = loadRecipe(model).input.depth !== undefined
  if (depth === undefined && takesDepth) {
    throw badArgument('depth', `a network that makes the pseudo-depth that ${model} takes, or 'given'`, depth)
  }
  if (depth === 'given' && !takesDepth) throw badArgument('depth', `nothing, as ${model} takes no pseudo-depth`, depth)
}
