/** Exports a network: an ONNX file, or a chain of them, from a checkpoint and without PyTorch. */

import { extname, resolve } from 'node:path'
import { openCheckpoint, type Checkpoint } from '../checkpoint/index.js'
import { badArgument } from '../errors.js'
import { mixedPrecision } from '../graph/index.js'
import { architectureNamed, architectureNames, isArchitecture } from './architectures.js'
import { checkChain } from './chain.js'
import { checkpointWeights } from './checkpoint-weights.js'
import { readConfig } from './config-file.js'
import { exportOnnx } from './export-onnx.js'
import { checkExportOptions, type Exported, type ExportOptions } from './export-options.js'
import { checkOutput, writeExported } from './export-write.js'
import { loadRecipe, recipeNames, type Recipe } from './recipe.js'
import { unsupported } from './unsupported.js'
import { randomWeights, type Weights } from './weights.js'

/**
 * Rejects with ERR_ARGUMENT, ERR_MODEL_MISMATCH (which lists every weight that does not fit), ERR_MODEL_UNKNOWN for a
 * recipe, ERR_MODEL_UNSUPPORTED, as `openCheckpoint`, `readOnnx` and `writeOnnx` do, or with ERR_OUTPUT_CLASH where the
 * output is the checkpoint itself or a folder that is not empty.
 */
export async function exportModel(options: ExportOptions): Promise<Exported> {
  checkExportOptions(options)
  const { model: name, output, io = 'tensor', target = 'cpu', precision = 'fp32', batch = 1 } = options
  if (options.recipe !== undefined) return exportOnnx(options, options.recipe)
  if (!isArchitecture(name)) throw notExported(name)
  const recipe = recipeNames().includes(name) ? loadRecipe(name) : undefined
  const chain = io === 'image' ? chainRecipe(name, recipe) : undefined
  if (chain) checkChain(chain, target)
  const size = options.size ?? (chain?.input.keepAspect && 'any')
  const architecture = architectureNamed(name)
  const config = architecture.parseConfig(await configOf(options, recipe))
  const { weights, checkpoint } = await sourceOf(options, () => architecture.shapes(config))
  try {
    const path = resolve(output)
    await checkOutput(path, checkpoint?.path, io)
    const graph = architecture.graph(weights, { target, size, batch, config })
    const core = precision === 'fp16' ? mixedPrecision(graph) : graph
    return await writeExported(path, core, chain && { recipe: chain, target, precision }, options)
  } finally {
    await checkpoint?.close()
  }
}

function notExported(name: unknown): Error {
  if (typeof name === 'string' && extname(name).toLowerCase() === '.onnx') {
    return badArgument('recipe', `the recipe of ${name} (one of ${recipeNames().join(', ')})`, undefined)
  }
  return badArgument('model', `one of ${architectureNames.join(', ')}, or an ONNX file and its recipe`, name)
}

function chainRecipe(name: string, recipe: Recipe | undefined): Recipe {
  if (recipe) return recipe
  const known = architectureNames.filter((one) => recipeNames().includes(one))
  throw unsupported(
    name,
    'no recipe says how its pictures are prepared',
    `Export it with --io tensor, or by a name that has one: ${known.join(', ')}`,
  )
}

/** The file's fields count before the recipe's. */
async function configOf({ config }: ExportOptions, recipe: Recipe | undefined): Promise<unknown> {
  const own = config === undefined ? {} : await readConfig(config)
  const isObject = typeof own === 'object' && own !== null && !Array.isArray(own)
  return isObject ? { ...recipe?.config, ...own } : own
}

async function sourceOf(
  { weights, randomWeights: seed, signal }: ExportOptions,
  shapes: () => Parameters<typeof randomWeights>[0],
): Promise<{ readonly weights: Weights; readonly checkpoint?: Checkpoint }> {
  if ((weights === undefined) === (seed === undefined)) {
    throw badArgument('weights', 'either a checkpoint or a seed of random weights', weights)
  }
  if (weights !== undefined) {
    const checkpoint = await openCheckpoint(weights, { signal })
    return { weights: checkpointWeights(checkpoint), checkpoint }
  }
  if (!Number.isSafeInteger(seed)) throw badArgument('randomWeights', 'a whole number', seed)
  return { weights: randomWeights(shapes(), seed!) }
}
