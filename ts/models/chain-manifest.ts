/** What stands beside a chain's graphs: which they are, and how each is fed from the ones before it. */

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Dim, ValueInfo } from '../graph/index.js'
import type { Work } from '../progress.js'
import type { DType } from '../tensor.js'
import type { Precision } from './precision.js'
import type { Recipe } from './recipe.js'
import type { Target } from './target.js'

/** Raise it whenever the manifest's form, or what the graphs expect of one another, differs. */
export const chainVersion = 1

export interface ChainManifest {
  readonly version: typeof chainVersion
  readonly recipe: string
  readonly target: Target
  /** The core's; what stands before and after it is in single precision. */
  readonly precision: Precision
  /** Height and width of the network's pictures. */
  readonly size: readonly [number, number]
  /**
   * Pictures in a run of the largest core. Graphs that are no core take one, and read or write one slot of the core's
   * first axis.
   */
  readonly batch: number
  /** In an order in which they can run. A matte is made by one of those named `post-TYPE`. */
  readonly graphs: readonly ChainGraph[]
  readonly licence: Pick<Recipe, 'licence' | 'licenceSource' | 'dataTerms' | 'commercial'>
  /** What makes the pseudo-depth, where the chain does. */
  readonly depth?: { readonly recipe: string; readonly licence: ChainManifest['licence'] }
}

export interface ChainGraph {
  readonly name: string
  readonly nodes: number
  /** The ONNX file, then its external data, if it has any: paths within the folder. */
  readonly files: readonly ChainFile[]
  readonly inputs: readonly ChainInput[]
  readonly outputs: readonly ChainTensor[]
}

export interface ChainFile {
  readonly path: string
  readonly bytes: number
  readonly sha256: string
}

export interface ChainTensor {
  readonly name: string
  readonly dtype: DType
  /** A name where the size is the picture's. */
  readonly dims: readonly Dim[]
}

export interface ChainInput extends ChainTensor {
  /** `GRAPH/OUTPUT`, where it comes from another graph: all others are the caller's to give. */
  readonly from?: string
  /** The sizes to build an engine for, where they differ from picture to picture; of `size`, its values. */
  readonly profile?: Profile
}

export type Profile = Readonly<Record<'min' | 'opt' | 'max', readonly number[]>>

export function chainTensor({ name, tensor }: ValueInfo): ChainTensor {
  return { name, dtype: tensor!.dtype, dims: tensor!.dims ?? [] }
}

/** Hashes a file as it is on the disk. Rejects with the file system's error, or the signal's. */
export async function chainFile(folder: string, path: string, { signal, onProgress }: Work): Promise<ChainFile> {
  const file = join(folder, path)
  const { size: total } = await stat(file)
  const hash = createHash('sha256')
  let done = 0
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20, signal }) as AsyncIterable<Buffer>) {
    hash.update(chunk)
    done += chunk.length
    onProgress?.({ stage: 'hash', name: path, done, total })
  }
  return { path, bytes: done, sha256: hash.digest('hex') }
}
