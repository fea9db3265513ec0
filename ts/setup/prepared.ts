/** Prepared models: a network's graphs for one target, made once for each recipe and weights, then reused. */

import { createHash } from 'node:crypto'
import { PdfnetError } from '../errors.js'
import type { Recipe } from '../models/index.js'
import type { Work } from '../progress.js'
import { inBackground, type Entry, type Maker, type Store } from '../store/index.js'
import { graphFiles, graphsVersion, type PrepareJob, type Target } from './graphs.js'
import { storedSource, unchanged, usersSource, type Source } from './source.js'
import { exportCommand, findWeights, missingWeights } from './weights.js'

export interface PreparedModel {
  /** Names the graphs: differs whenever weights, recipe, target or our graphs do. */
  readonly key: string
  /** Absolute paths of the ONNX files. */
  readonly files: {
    readonly pre: string
    readonly core: string
    /** By the type of the matte. */
    readonly post: Readonly<Record<'uint8' | 'uint16' | 'float32', string>>
  }
}

export interface PrepareOptions {
  readonly target: Target
  /** Path of an ONNX file of that family. @default the recipe's own weights, in the store */
  readonly weights?: string
}

/**
 * The graphs of a model, from the store or made now.
 * @throws ERR_MODEL_UNSUPPORTED for a network that is so far only exported, ERR_MODEL_MISSING where the weights are not in the store, ERR_INPUT_MISSING or ERR_INPUT_READ where the
 *   caller's are not there, ERR_MODEL_MISMATCH, an ERR_ONNX…, ERR_STORE… or ERR_ABORTED
 */
export async function prepareModel(
  store: Store,
  recipe: Recipe,
  { target, weights }: PrepareOptions,
  work: Work = {},
): Promise<PreparedModel> {
  if (recipe.checkpoint) throw exportedOnly(recipe)
  const source = weights === undefined ? await ownSource(store, recipe) : await usersSource(weights, work)
  const found = await findWhole(store, preparedKey(recipe, source, target))
  return found ? preparedModel(found) : addPrepared(store, recipe, source, target, work)
}

/** Makes the graphs, unless they are there and their hashes are right. */
export async function addPrepared(
  store: Store,
  recipe: Recipe,
  source: Source,
  target: Target,
  work: Work,
): Promise<PreparedModel> {
  const make: Maker = async (folder) => {
    const job: PrepareJob = { recipe, weights: source.path, target, folder }
    await unchanged(source.files, () => inBackground(new URL('./prepare-worker.js', import.meta.url), job, work))
    const { name, licence, licenceSource } = recipe
    return { facts: { model: name, target, weights: source.sha256, graphs: graphsVersion, licence, licenceSource } }
  }
  return preparedModel(await store.add('models', preparedKey(recipe, source, target), make, work))
}

function exportedOnly(recipe: Recipe): PdfnetError {
  return new PdfnetError(
    'ERR_MODEL_UNSUPPORTED',
    `${recipe.name} is exported as ONNX so far, and mattes no pictures here`,
    {
      remedy: `Matte with the model isnet, or run: ${exportCommand(recipe)}`,
      details: { model: recipe.name },
    },
  )
}

async function ownSource(store: Store, recipe: Recipe): Promise<Source> {
  const entry = await findWeights(store, recipe)
  if (!entry) throw missingWeights(recipe)
  return storedSource(entry)
}

/** A damaged one counts as absent: it is made again from the weights. */
async function findWhole(store: Store, key: string): Promise<Entry | undefined> {
  try {
    return await store.find('models', key)
  } catch (error) {
    if (error instanceof PdfnetError && error.code === 'ERR_STORE_CORRUPT') return undefined
    throw error
  }
}

function preparedKey(recipe: Recipe, { sha256 }: Source, target: Target): string {
  const depends = JSON.stringify({ graphsVersion, sha256, target, recipe })
  return `${recipe.name}-${target}-${createHash('sha256').update(depends).digest('hex').slice(0, 16)}`
}

function preparedModel(entry: Entry): PreparedModel {
  const { pre, core, post } = graphFiles
  return {
    key: entry.key,
    files: {
      pre: entry.file(pre),
      core: entry.file(core),
      post: {
        uint8: entry.file(post.uint8),
        uint16: entry.file(post.uint16),
        float32: entry.file(post.float32),
      },
    },
  }
}
