/** Where each library is looked for: TENSORRT_ROOT, our store, then (in the addon) the system's folders. */

import { dirname, isAbsolute, join } from 'node:path'
import { badArgument } from '../errors.js'
import { addon, type Capabilities, type LibrarySearch } from '../native.js'
import { Store } from '../store/index.js'
import { findCpuLibrary } from './cpu.js'

/** Rejects with ERR_ARGUMENT when TENSORRT_ROOT is relative, or with an ERR_STORE… of the store. */
export async function librarySearch(store: Store): Promise<LibrarySearch> {
  const root = process.env.TENSORRT_ROOT
  if (root !== undefined && !isAbsolute(root)) throw badArgument('TENSORRT_ROOT', 'an absolute path', root)
  const tensorrt = root === undefined ? [] : [join(root, 'lib')]
  const library = await findCpuLibrary(store)
  return { onnxruntime: library === undefined ? [] : [dirname(library)], tensorrt, rtx: tensorrt }
}

/**
 * What this machine can compute with: for CUDA, for each TensorRT flavour and for the CPU device, found or not, where,
 * which version, and why not.
 */
export async function capabilities(): Promise<Capabilities> {
  return addon().capabilities(await librarySearch(await Store.open()))
}
