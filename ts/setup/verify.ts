/** Hashes everything in the store, and compares with the manifests and with what is pinned. */

import { basename, join } from 'node:path'
import { PdfnetError } from '../errors.js'
import { loadRecipe, recipeNames } from '../models/recipe.js'
import type { Work } from '../progress.js'
import type { Entry, Kind, Store } from '../store/index.js'
import { setupCommand } from './cpu.js'
import { libraryKey, pinnedLibraries } from './libraries.js'
import { rtxKey } from './rtx.js'
import { addCommand, weightsFile, weightsKey } from './weights.js'

export interface VerifiedEntry {
  readonly kind: Kind
  readonly key: string
  /** ERR_STORE_CORRUPT, with the command that repairs it; absent where all is as it should be. */
  readonly error?: PdfnetError
}

/** What an entry must hold, whatever its manifest says. */
interface Pin {
  /** SHA-256 by file. */
  readonly files: Readonly<Record<string, string>>
  readonly command: string
}

/** Rejects only with ERR_ABORTED, or where the store cannot be read at all. */
export async function verifyStore(store: Store, work: Work = {}): Promise<readonly VerifiedEntry[]> {
  const pins = allPins()
  const verified: VerifiedEntry[] = []
  for (const { kind, key, entry, damage } of await store.list()) {
    const pin = pins.get(`${kind}/${key}`)
    const error = damage ?? (await verifyEntry(entry, pin, work))
    verified.push({ kind, key, ...(error && { error: withRemedy(error, pin?.command, join(store.root, kind, key)) }) })
  }
  return verified
}

async function verifyEntry(entry: Entry, pin: Pin | undefined, work: Work): Promise<PdfnetError | undefined> {
  try {
    await entry.verify(work)
  } catch (error) {
    if (error instanceof PdfnetError && error.code === 'ERR_STORE_CORRUPT') return error
    throw error
  }
  const wrong = Object.entries(pin?.files ?? {}).find(([file, sha256]) => entry.files[file]?.sha256 !== sha256)
  if (!wrong) return undefined
  const { kind, key } = entry
  const [file] = wrong
  const message = `the store's entry ${kind}/${key} is damaged: ${file} is not the one that is pinned`
  return new PdfnetError('ERR_STORE_CORRUPT', message, { details: { kind, key, file } })
}

function allPins(): ReadonlyMap<string, Pin> {
  const { onnxruntime, tensorrtRtx } = pinnedLibraries()
  const pins = new Map<string, Pin>()
  const { file, sha256 } = onnxruntime
  pins.set(`libraries/${libraryKey(onnxruntime)}`, { files: { [basename(file)]: sha256 }, command: setupCommand })
  for (const rtx of tensorrtRtx) {
    const files = Object.fromEntries(rtx.files.map(({ name, sha256 }) => [name, sha256]))
    pins.set(`libraries/${rtxKey(rtx)}`, { files, command: 'npx pdfnet-trt setup tensorrt --flavour rtx' })
  }
  for (const recipe of recipeNames().map(loadRecipe)) {
    if (!recipe.weights) continue
    const pin = { files: { [weightsFile]: recipe.weights.sha256 }, command: addCommand(recipe) }
    pins.set(`weights/${weightsKey(recipe.name, recipe.weights)}`, pin)
  }
  return pins
}

function withRemedy(
  { code, message, cause, details }: PdfnetError,
  command: string | undefined,
  folder: string,
): PdfnetError {
  const remedy = command ? `Run: ${command}` : `Remove the folder ${folder}: it is made again when it is needed`
  return new PdfnetError(code, message, { cause, details, remedy })
}
