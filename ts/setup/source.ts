/** The weights that a model is prepared from: the recipe's own in the store, a user's file, or random ones. */

import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { createHash } from 'node:crypto'
import { badArgument, PdfnetError } from '../errors.js'
import type { Recipe, WeightsSource } from '../models/index.js'
import type { Work } from '../progress.js'
import { hashFiles, inBackground, type Entry, type Store } from '../store/index.js'
import type { FilesJob } from './files-worker.js'
import { findWeights, missingWeights, weightsFile } from './weights.js'

export interface Source {
  readonly weights: WeightsSource
  /** The file and the files of its external data: all that the weights consist of. None of random ones. */
  readonly files: readonly string[]
  /** Of all of `files`; of random weights, how they are made. */
  readonly identity: string
}

/** Which weights a caller wants. */
export interface WantedWeights {
  /** Path of the authors' checkpoint, or of an ONNX file where the recipe is for one. @default the recipe's own, in the store */
  readonly weights?: string | undefined
  /** In their place the seed of random ones, for benchmarks and tests. */
  readonly randomWeights?: number | undefined
}

/**
 * @throws ERR_ARGUMENT where both are given, ERR_MODEL_MISSING where neither is and the store has none, or as
 * `readOnnx` and `openCheckpoint` do, or ERR_ABORTED
 */
export async function sourceOf(
  store: Store,
  recipe: Recipe,
  { weights, randomWeights }: WantedWeights,
  work: Work,
): Promise<Source> {
  if (randomWeights !== undefined) {
    if (weights !== undefined) throw badArgument('randomWeights', 'nothing beside weights', randomWeights)
    return { weights: { seed: randomWeights }, files: [], identity: `random weights of seed ${randomWeights}` }
  }
  if (weights !== undefined) return usersSource(weights, recipe, work)
  const entry = await findWeights(store, recipe)
  if (!entry) throw missingWeights(recipe)
  return storedSource(entry)
}

export function storedSource(entry: Entry): Source {
  const path = entry.file(weightsFile)
  return { weights: { path }, files: [path], identity: entry.files[weightsFile]!.sha256 }
}

async function usersSource(path: string, { checkpoint }: Recipe, work: Work): Promise<Source> {
  const job: FilesJob = { path: resolve(path), isCheckpoint: checkpoint !== undefined }
  const files = await inBackground<string[]>(new URL('./files-worker.js', import.meta.url), job, work)
  const digests = await hashFiles(files, { stage: 'hash', name: path }, work)
  const [first, ...more] = digests.map(({ hex }) => hex)
  const identity =
    more.length === 0
      ? first!
      : createHash('sha256')
          .update([first, ...more].join('\n'))
          .digest('hex')
  return { weights: { path: job.path }, files, identity }
}

/** Does `read`, and rejects with ERR_INPUT_READ if a file was written to or replaced meanwhile. */
export async function unchanged(files: readonly string[], read: () => Promise<void>): Promise<void> {
  const before = await fingerprint(files)
  await read()
  const after = await fingerprint(files)
  const at = before.findIndex((print, i) => print !== after[i])
  if (at < 0) return
  throw new PdfnetError('ERR_INPUT_READ', `${files[at]!} changed while it was read`, {
    remedy: 'Run it again when nothing writes to it',
  })
}

async function fingerprint(files: readonly string[]): Promise<readonly string[]> {
  const stats = await Promise.all(files.map((file) => stat(file, { bigint: true })))
  return stats.map(({ dev, ino, size, mtimeNs }) => [dev, ino, size, mtimeNs].join('-'))
}
