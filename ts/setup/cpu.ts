/** The CPU device's library, ONNX Runtime. */

import type { Work } from '../progress.js'
import { Store } from '../store/index.js'
import { addLibrary, findLibrary, pinnedLibraries, type LibrarySetup } from './libraries.js'

export const setupCommand = 'npx pdfnet-trt setup cpu'

/**
 * Brings the library into the store, or checks the hash of the one that is there and replaces it when it is damaged.
 * @throws ERR_FETCH, ERR_HASH, ERR_STORE_WRITE, ERR_STORE_TRUST or ERR_ABORTED
 */
export async function setupCpu(store: Store, work: Work = {}): Promise<LibrarySetup> {
  return addLibrary(store, pinnedLibraries().onnxruntime, work)
}

/**
 * Absolute path of the library in the store, or undefined. Quick: its size is checked, its hash is not.
 * @throws ERR_STORE_CORRUPT or ERR_STORE_TRUST
 */
export async function findCpuLibrary(store?: Store): Promise<string | undefined> {
  return findLibrary(store ?? (await Store.open()), pinnedLibraries().onnxruntime, setupCommand)
}
