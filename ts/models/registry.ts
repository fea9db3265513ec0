/** The networks that are read from ONNX files, one row each. */

import { PdfnetError } from '../errors.js'
import type { Model } from '../graph/index.js'
import type { Work } from '../progress.js'
import { prepareIsnet } from './isnet.js'
import type { Recipe } from './recipe.js'
import type { Target } from './target.js'

type Prepare = (recipe: Recipe, weightsPath: string, batch: number, work?: Work) => Promise<Model>

const families: Readonly<Record<string, Prepare>> = { isnet: prepareIsnet }

/**
 * The network itself, between `preGraph` and `postGraph`: float32 [batch, 3, height, width] to [batch, 1, height, width],
 * under the recipe's names. Rejects as `readOnnx` does, and with ERR_ONNX_OPERATOR or ERR_MODEL_MISMATCH, whose messages
 * say what was found.
 */
export async function prepareCore(
  recipe: Recipe,
  weightsPath: string,
  target: Target,
  work?: Work,
  batch = 1,
): Promise<Model> {
  const prepare = families[recipe.family]
  if (!prepare) {
    throw new PdfnetError('ERR_INTERNAL', `recipe ${recipe.name}: no ONNX file is read for family ${recipe.family}`)
  }
  const model = await prepare(recipe, weightsPath, batch, work)
  return target === 'tensorrt' ? standardOnly(model) : model
}

/** Of other domains the passes let through only what ONNX Runtime has. */
function standardOnly(model: Model): Model {
  const other = model.graph.nodes.find(({ domain }) => domain !== '' && domain !== 'ai.onnx')
  if (!other) return model
  throw new PdfnetError('ERR_ONNX_OPERATOR', `TensorRT does not have the operator ${other.domain}::${other.opType}`)
}
