/** The architectures, one row each. */

import { PdfnetError } from '../errors.js'
import type { Model } from '../graph/index.js'
import type { Work } from '../progress.js'
import { prepareIsnet } from './isnet.js'
import type { Recipe } from './recipe.js'

/** What the graph is written for. */
export type Target = 'cpu'

type Prepare = (recipe: Recipe, weightsPath: string, work?: Work) => Promise<Model>

const families: Readonly<Record<string, Readonly<Record<Target, Prepare>>>> = {
  isnet: { cpu: prepareIsnet },
}

/**
 * The network itself, between `preGraph` and `postGraph`: float32 [1, 3, height, width] to [1, 1, height, width], under
 * the recipe's names. Rejects as `readOnnx` does, and with ERR_ONNX_OPERATOR or ERR_MODEL_MISMATCH, whose messages say
 * what was found.
 */
export async function prepareCore(recipe: Recipe, weightsPath: string, target: Target, work?: Work): Promise<Model> {
  const family = families[recipe.family]
  if (!family) throw new PdfnetError('ERR_INTERNAL', `recipe ${recipe.name} is of an unknown family, ${recipe.family}`)
  return family[target](recipe, weightsPath, work)
}
