/** The architectures, one row each. */

import { PdfnetError } from '../errors.js'
import type { Model } from '../graph/index.js'
import type { Work } from '../progress.js'
import { prepareIsnet } from './isnet.js'
import type { Recipe } from './recipe.js'
import type { Target } from './target.js'

// Of other domains the passes let through only what ONNX Runtime has.
function standardOnly(prepare: Prepare): Prepare {
  return async (...args) => {
    const model = await prepare(...args)
    const other = model.graph.nodes.find(({ domain }) => domain !== '' && domain !== 'ai.onnx')
    if (!other) return model
    throw new PdfnetError('ERR_ONNX_OPERATOR', `TensorRT does not have the operator ${other.domain}::${other.opType}`)
  }
}

type Prepare = (recipe: Recipe, weightsPath: string, work?: Work) => Promise<Model>

const families: Readonly<Record<string, Readonly<Partial<Record<Target, Prepare>>>>> = {
  isnet: { cpu: prepareIsnet, tensorrt: standardOnly(prepareIsnet) },
}

/**
 * The network itself, between `preGraph` and `postGraph`: float32 [1, 3, height, width] to [1, 1, height, width], under
 * the recipe's names. Rejects as `readOnnx` does, and with ERR_ONNX_OPERATOR or ERR_MODEL_MISMATCH, whose messages say
 * what was found.
 */
export async function prepareCore(recipe: Recipe, weightsPath: string, target: Target, work?: Work): Promise<Model> {
  const prepare = families[recipe.family]?.[target]
  if (!prepare) {
    throw new PdfnetError('ERR_INTERNAL', `recipe ${recipe.name}: family ${recipe.family} has no graph for ${target}`)
  }
  return prepare(recipe, weightsPath, work)
}
