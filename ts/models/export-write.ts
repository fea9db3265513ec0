/** Writes what is exported, and says what it is. */

import { realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { PdfnetError } from '../errors.js'
import { writeOnnx, type Model, type ValueInfo } from '../graph/index.js'
import type { Work } from '../progress.js'
import { manifestFile, writeChain, type ChainOptions } from './chain.js'
import type { ChainManifest, ChainTensor } from './chain-manifest.js'
import type { Exported, Io } from './export-options.js'

/**
 * The output of one file takes its place when it is whole, and weights are read until then.
 * @param weights absent of random ones
 */
export async function checkOutput(path: string, weights: string | undefined, io: Io): Promise<void> {
  const found = await stat(path).catch(() => undefined)
  if (io === 'tensor' && found?.isDirectory()) {
    throw new PdfnetError('ERR_OUTPUT_CLASH', `${path} is a folder, expected the path of a file`, {
      remedy: 'Give the path of a file, or ask for a chain (--io image), which is a folder',
    })
  }
  if (found && (await realpath(path)) === weights) {
    throw new PdfnetError('ERR_OUTPUT_CLASH', `${path} is the file of the weights itself`, {
      remedy: 'Give another output',
    })
  }
}

/** A file, or with `chain` a folder. Rejects as `writeOnnx` and `writeChain` do. */
export async function writeExported(
  path: string,
  core: Model,
  chain: Omit<ChainOptions, 'cores'> | undefined,
  { signal, onProgress }: Work,
): Promise<Exported> {
  const work = { signal, onProgress }
  if (chain) return describeChain(path, await writeChain(path, { ...chain, cores: [core] }, work))
  await writeOnnx(core, path, {}, work)
  const { nodes, inputs, outputs } = core.graph
  const sizes = (infos: readonly ValueInfo[]) =>
    Object.fromEntries(infos.map(({ name, tensor }) => [name, tensor?.dims ?? []]))
  return { path, bytes: (await stat(path)).size, nodes: nodes.length, inputs: sizes(inputs), outputs: sizes(outputs) }
}

function describeChain(folder: string, { graphs }: ChainManifest): Exported {
  const sizes = (tensors: readonly ChainTensor[]) => Object.fromEntries(tensors.map(({ name, dims }) => [name, dims]))
  return {
    path: join(folder, manifestFile),
    bytes: graphs.flatMap(({ files }) => files).reduce((sum, { bytes }) => sum + bytes, 0),
    nodes: graphs.reduce((sum, { nodes }) => sum + nodes, 0),
    inputs: sizes(graphs.flatMap(({ inputs }) => inputs.filter(({ from }) => from === undefined))),
    outputs: sizes(graphs.at(-1)!.outputs),
  }
}
