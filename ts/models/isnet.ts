/** IS-Net, from an ONNX export of it: the authors', a package's, or a user's own. */

import {
  checkOperators,
  foldConstants,
  readOnnx,
  removeDead,
  removeIdentities,
  sortNodes,
  toFloat32,
  type Model,
} from '../graph/index.js'
import type { Work } from '../progress.js'
import { bindInterface } from './interface.js'
import type { Recipe } from './recipe.js'

/**
 * The network as both devices want it: one output, static sizes, single precision, no arithmetic of shapes.
 * Rejects as `readOnnx` does, and with ERR_ONNX_OPERATOR or ERR_MODEL_MISMATCH.
 */
export async function prepareIsnet(recipe: Recipe, weightsPath: string, batch: number, work?: Work): Promise<Model> {
  const model = await readOnnx(weightsPath, work)
  checkOperators(model)
  const bound = removeDead(bindInterface(model, recipe, batch))
  const folded = removeDead(foldConstants(sortNodes(bound)))
  return removeDead(removeIdentities(toFloat32(folded)))
}
