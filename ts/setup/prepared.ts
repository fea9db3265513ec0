/** Prepared models: a chain of graphs for one target, made once for each recipe and weights, then reused. */

import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { badArgument, PdfnetError } from '../errors.js'
import {
  chainVersion,
  manifestFile,
  type ChainGraph,
  type ChainManifest,
  type Precision,
  type Recipe,
  type Target,
} from '../models/index.js'
import type { Work } from '../progress.js'
import type { GraphStage } from '../runtime/index.js'
import { inBackground, type Entry, type Maker, type Store } from '../store/index.js'
import { graphsVersion, type PrepareJob } from './graphs.js'
import { sourceOf, unchanged, type Source, type WantedWeights } from './source.js'

export interface PreparedModel {
  /** Names the graphs: differs whenever weights, recipe, target, precision or our graphs do. */
  readonly key: string
  /** In an order in which they can run. */
  readonly stages: readonly GraphStage[]
  readonly manifest: ChainManifest
}

export interface PrepareOptions extends WantedWeights {
  readonly target: Target
  /** Of the network and its depth network; what stands before and after is in single precision. */
  readonly precision: Precision
  /** Pictures in a run of the largest core: there is one for single pictures beside it. @default 1 */
  readonly batch?: number | undefined
  /** What makes the pseudo-depth, for a network that takes it. @default nothing: it is given with each picture */
  readonly depth?: (WantedWeights & { readonly recipe: Recipe }) | undefined
}

/** What a model is prepared from and for. */
type Plan = Omit<PrepareJob, 'folder' | 'network' | 'depth'> & {
  readonly network: Part
  readonly depth?: Part
}

interface Part {
  readonly recipe: Recipe
  readonly source: Source
}

/**
 * The graphs of a model, from the store or made now.
 * @throws ERR_ARGUMENT, ERR_MODEL_MISSING where the weights are not in the store, ERR_INPUT_MISSING or ERR_INPUT_READ
 *   where the caller's are not there, ERR_MODEL_MISMATCH, ERR_MODEL_UNSUPPORTED, an ERR_CHECKPOINT…, ERR_ONNX…,
 *   ERR_STORE… or ERR_ABORTED
 */
export async function prepareModel(
  store: Store,
  recipe: Recipe,
  options: PrepareOptions,
  work: Work = {},
): Promise<PreparedModel> {
  const { target, precision, batch = 1, depth } = options
  if (depth) checkDepth(recipe, depth.recipe)
  const network = { recipe, source: await sourceOf(store, recipe, options, work) }
  const plan: Plan = {
    ...{ network, target, precision, batches: batch === 1 ? [1] : [1, batch] },
    ...(depth && { depth: { recipe: depth.recipe, source: await sourceOf(store, depth.recipe, depth, work) } }),
  }
  const found = await findWhole(store, keyOf(plan))
  return found ? preparedModel(found) : addPlan(store, plan, work)
}

/** Makes the graphs that the CPU device runs of a model, unless they are there and their hashes are right. */
export async function addPrepared(store: Store, recipe: Recipe, source: Source, work: Work): Promise<PreparedModel> {
  return addPlan(store, { network: { recipe, source }, target: 'cpu', precision: 'fp32', batches: [1] }, work)
}

async function addPlan(store: Store, plan: Plan, work: Work): Promise<PreparedModel> {
  const { network, depth, ...rest } = plan
  const jobOf = ({ recipe, source: { weights } }: Part) => ({ recipe, weights })
  const make: Maker = async (folder) => {
    const job: PrepareJob = { ...rest, network: jobOf(network), ...(depth && { depth: jobOf(depth) }), folder }
    const files = [...network.source.files, ...(depth?.source.files ?? [])]
    await unchanged(files, () => inBackground(new URL('./prepare-worker.js', import.meta.url), job, work))
    const { name, licence, licenceSource } = network.recipe
    return {
      facts: {
        ...{ model: name, target: plan.target, precision: plan.precision, weights: network.source.identity },
        ...{ graphs: graphsVersion, licence, licenceSource },
        ...(depth && {
          depth: depth.recipe.name,
          depthWeights: depth.source.identity,
          depthLicence: depth.recipe.licence,
        }),
      },
    }
  }
  return preparedModel(await store.add('models', keyOf(plan), make, work))
}

function checkDepth(recipe: Recipe, depth: Recipe): void {
  if (recipe.input.depth === undefined) throw badArgument('depth', `nothing for ${recipe.name}`, depth.name)
  if (depth.output.kind !== 'depth') throw badArgument('depth.model', 'a network that gives depth', depth.name)
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

function keyOf({ network, depth, ...rest }: Plan): string {
  const parts = [network, depth].map((part) => part && { recipe: part.recipe, weights: part.source.identity })
  const depends = JSON.stringify({ graphsVersion, chainVersion, parts, ...rest })
  const hash = createHash('sha256').update(depends).digest('hex').slice(0, 16)
  return [network.recipe.name, rest.target, rest.precision, hash].join('-')
}

async function preparedModel(entry: Entry): Promise<PreparedModel> {
  const manifest = JSON.parse(await readFile(entry.file(manifestFile), 'utf8')) as ChainManifest
  return { key: entry.key, manifest, stages: manifest.graphs.map((graph) => stageOf(graph, entry)) }
}

function stageOf({ name, files, inputs }: ChainGraph, entry: Entry): GraphStage {
  return {
    name,
    path: entry.file(files[0]!.path),
    from: Object.fromEntries(inputs.flatMap((input) => (input.from === undefined ? [] : [[input.name, input.from]]))),
    files: files.map(({ path, bytes, sha256 }) => ({ name: path, bytes, sha256 })),
    profile: Object.fromEntries(inputs.flatMap(({ name, profile }) => (profile ? [[name, profile]] : []))),
  }
}
