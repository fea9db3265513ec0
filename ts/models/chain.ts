/** A network as a chain of graphs in a folder: a picture goes in, its matte comes out. */

import { randomBytes } from 'node:crypto'
import { access, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { PdfnetError, throwIfAborted } from '../errors.js'
import { keepOutputs, removeDead, writeOnnx, type Dim, type Model } from '../graph/index.js'
import type { Work } from '../progress.js'
import { chainFile, chainTensor, chainVersion } from './chain-manifest.js'
import type { ChainGraph, ChainManifest, Profile } from './chain-manifest.js'
import { depthPreGraph } from './depth-pre.js'
import { postGraph, type MatteType } from './post.js'
import { preDepthGraph } from './pre-depth.js'
import { preGraph } from './pre.js'
import type { Precision } from './precision.js'
import { depthPreProfile, depthProfile, postProfile, preDepthProfile, preProfile } from './profiles.js'
import type { Recipe } from './recipe.js'
import type { Target } from './target.js'

export const manifestFile = 'manifest.json'

export interface ChainOptions {
  readonly recipe: Recipe
  readonly target: Target
  readonly precision: Precision
  /** The network itself, under the recipe's names: one graph for each batch, the smallest first. */
  readonly cores: readonly Model[]
  /** Where the network takes pseudo-depth and the chain is to make it: what makes it. */
  readonly depth?: { readonly recipe: Recipe; readonly model: Model }
}

interface Link {
  readonly name: string
  readonly model: Model
  /** Of its inputs that come from other graphs: from which. */
  readonly from?: Readonly<Record<string, string>>
  readonly profile?: Readonly<Record<string, Profile>>
}

const matteTypes: readonly MatteType[] = ['uint8', 'uint16', 'float32']

/**
 * Throws ERR_MODEL_UNSUPPORTED where pictures cannot be made the network's inputs, or its output a matte, by a graph.
 */
export function checkChain(recipe: Recipe, target: Target): void {
  if (recipe.output.kind === 'depth') return
  preGraph(recipe, target)
  postGraph(recipe, 'uint8', target)
}

/**
 * Writes a chain and its manifest into a folder, which appears whole or not at all: it must not be there, or be empty.
 * Rejects with ERR_OUTPUT_CLASH, ERR_OUTPUT_WRITE, ERR_ABORTED, or as `checkChain` throws.
 */
export async function writeChain(folder: string, options: ChainOptions, work: Work): Promise<ChainManifest> {
  await checkEmpty(folder)
  const scratch = `${folder}.${randomBytes(6).toString('hex')}.tmp`
  try {
    await mkdir(scratch)
    const manifest = await writeChainFiles(scratch, options, work)
    await rename(scratch, folder)
    return manifest
  } catch (cause) {
    await rm(scratch, { recursive: true, force: true }).catch(() => undefined)
    throwIfAborted(work.signal)
    if (cause instanceof PdfnetError && cause.code !== 'ERR_OUTPUT_WRITE') throw cause
    const reason = (cause as Error).message.replaceAll(scratch, folder)
    const message = cause instanceof PdfnetError ? reason : `${folder} could not be written: ${reason}`
    throw new PdfnetError('ERR_OUTPUT_WRITE', message, { cause })
  }
}

/**
 * The same in a folder that is there and the caller's to remove: `pre`, `core` and, of larger batches, `core-N`, one
 * `post` for each type of matte, where the network takes pseudo-depth `pre-depth`, and what makes it where that is given.
 * A depth network alone is `depth-pre` and `depth`.
 */
export async function writeChainFiles(folder: string, options: ChainOptions, work: Work): Promise<ChainManifest> {
  const { recipe, target, precision, cores, depth } = options
  const batches = cores.map((core) => inputSizes(core, recipe))
  const [, , ...sides] = batches[0]!
  // Of pictures of any size those that the network was trained on.
  const size = sides.some(isName) ? recipe.input.size : (sides as [number, number])
  const graphs: ChainGraph[] = []
  for (const link of linksOf({ ...recipe, input: { ...recipe.input, size } }, options)) {
    graphs.push(await writeLink(folder, link, work))
  }
  const manifest: ChainManifest = {
    ...{
      version: chainVersion,
      recipe: recipe.name,
      target,
      precision,
      size,
      batch: batches.at(-1)![0] as number,
      graphs,
    },
    licence: licenceOf(recipe),
    ...(depth && { depth: { recipe: depth.recipe.name, licence: licenceOf(depth.recipe) } }),
  }
  await writeFile(join(folder, manifestFile), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true })
  return manifest
}

function inputSizes(core: Model, { input }: Recipe): readonly Dim[] {
  return core.graph.inputs.find(({ name }) => name === input.name)!.tensor!.dims!
}

function isName(dim: Dim): dim is string {
  return typeof dim === 'string'
}

function licenceOf({ licence, licenceSource, dataTerms, commercial }: Recipe): ChainManifest['licence'] {
  return { licence, licenceSource, dataTerms, commercial }
}

function linksOf(recipe: Recipe, { target, cores, depth }: ChainOptions): readonly Link[] {
  const { input, output } = recipe
  if (output.kind === 'depth') return depthLinks({ recipe, model: cores[0]! }, target)
  const links: Link[] = [{ name: 'pre', model: preGraph(recipe, target), profile: preProfile }]
  if (input.depth !== undefined) {
    if (depth) links.push(...depthLinks(depth, target))
    const from = depth && { depth: `depth/${depth.recipe.output.name}` }
    links.push({ name: 'pre-depth', model: preDepthGraph(recipe), ...(from && { from }), profile: preDepthProfile })
  }
  const from = { [input.name]: 'pre/input', ...(input.depth !== undefined && { [input.depth]: 'pre-depth/input' }) }
  for (const [i, core] of cores.entries()) {
    const name = i === 0 ? 'core' : `core-${inputSizes(core, recipe)[0]!}`
    links.push({ name, model: removeDead(keepOutputs(core, [output.name])), from })
  }
  for (const type of matteTypes) {
    const model = postGraph(recipe, type, target)
    links.push({ name: `post-${type}`, model, from: { alpha: `core/${output.name}` }, profile: postProfile })
  }
  return links
}

/** A picture becomes its pseudo-depth, at the size that the caller gives: `size` of `depth-pre`. */
function depthLinks({ recipe, model }: NonNullable<ChainOptions['depth']>, target: Target): readonly Link[] {
  const from = { [recipe.input.name]: 'depth-pre/input' }
  const network = { name: 'depth', model: removeDead(keepOutputs(model, [recipe.output.name])), from }
  return [
    { name: 'depth-pre', model: depthPreGraph(recipe, target), profile: depthPreProfile },
    inputSizes(model, recipe).some(isName) ? { ...network, profile: depthProfile } : network,
  ]
}

async function writeLink(folder: string, { name, model, from, profile }: Link, work: Work): Promise<ChainGraph> {
  const path = `${name}.onnx`
  await writeOnnx(model, join(folder, path), {}, work)
  const data = `${path}.data`
  const hasData = await access(join(folder, data)).then(
    () => true,
    () => false,
  )
  const files = []
  for (const one of hasData ? [path, data] : [path]) files.push(await chainFile(folder, one, work))
  const inputs = model.graph.inputs.map((info) => ({
    ...chainTensor(info),
    ...(from?.[info.name] !== undefined && { from: from[info.name]! }),
    ...(profile?.[info.name] && { profile: profile[info.name]! }),
  }))
  return { name, nodes: model.graph.nodes.length, files, inputs, outputs: model.graph.outputs.map(chainTensor) }
}

async function checkEmpty(folder: string): Promise<void> {
  const found = await readdir(folder).catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return []
    const message = `${folder} could not be written: ${(cause as Error).message}`
    throw new PdfnetError('ERR_OUTPUT_WRITE', message, { cause, remedy: 'Give the path of a new folder' })
  })
  if (found.length === 0) return
  throw new PdfnetError('ERR_OUTPUT_CLASH', `${folder} is not empty: ${basename(found[0]!)} is in it`, {
    remedy: 'Give the path of a new folder',
  })
}
