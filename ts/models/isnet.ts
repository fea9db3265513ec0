/** IS-Net, from an ONNX export of it: the authors', a package's, or a user's own. */

import { PdfnetError } from '../errors.js'
import {
  checkOperators,
  foldConstants,
  readOnnx,
  removeDead,
  removeIdentities,
  resizeInput,
  sortNodes,
  toFloat32,
  type Model,
} from '../graph/index.js'
import type { Work } from '../progress.js'
import { bindInterface } from './interface.js'
import type { Recipe } from './recipe.js'

/**
 * The network as both devices want it: one output, static sizes, single precision, no arithmetic of shapes.
 * An export of another size than the recipe's is brought to that. Rejects as `readOnnx` does, and with
 * ERR_ONNX_OPERATOR or ERR_MODEL_MISMATCH.
 */
export async function prepareIsnet(recipe: Recipe, weightsPath: string, batch: number, work?: Work): Promise<Model> {
  const model = await readOnnx(weightsPath, work)
  checkOperators(model)
  const exported = exportedSize(model) ?? recipe.input.size
  const bound = removeDead(bindInterface(model, { ...recipe, input: { ...recipe.input, size: exported } }, batch))
  const folded = removeDead(foldConstants(sortNodes(bound)))
  const sized = resizeInput(folded, exported, recipe.input.size)
  if (!sized) throw otherSize(recipe, exported)
  return removeDead(removeIdentities(toFloat32(sized)))
}

/** Height and width, where they are not open. */
function exportedSize({ graph }: Model): readonly [number, number] | undefined {
  const weights = new Set(graph.initializers.map(({ name }) => name))
  const [, , height, width] = graph.inputs.find(({ name }) => !weights.has(name))?.tensor?.dims ?? []
  return typeof height === 'number' && typeof width === 'number' ? [height, width] : undefined
}

function otherSize({ title, input: { size } }: Recipe, exported: readonly [number, number]): PdfnetError {
  const message = `${title} was exported at ${exported.join('×')}, and its graph does not work at ${size.join('×')}`
  return new PdfnetError('ERR_MODEL_MISMATCH', message, { remedy: 'Leave the size out, or export it at that size' })
}
