/** The TensorRT that builds engines here: of the flavour that fits the GPU, with its ONNX parser. */

import { addon } from '../native.js'
import { Store } from '../store/index.js'
import { flavourFor } from './flavours.js'
import { pickLibrary, searchTensorrt, type PlacedLibrary } from './search.js'

/**
 * @param folder absolute: looks there and nowhere else
 * @throws ERR_LIBRARY_MISSING, ERR_LIBRARY_LOAD, ERR_DRIVER_OLD, ERR_ADDON_LOAD or ERR_ARGUMENT
 */
export async function findTensorrt(folder?: string): Promise<PlacedLibrary & { readonly parser: string }> {
  const { cuda } = await addon().capabilities({ onnxruntime: [], tensorrt: [], rtx: [] })
  const hasGpu = cuda.devices.length > 0
  const fitting = flavourFor(cuda.devices)
  const options = { folder, flavour: fitting, cuda: hasGpu ? cuda.version : undefined }
  const search = await searchTensorrt(await Store.open(), options)
  // The other flavour still builds engines for other machines.
  const hasFitting = search.libraries.some(({ flavour }) => flavour === fitting)
  const library = pickLibrary(search, { flavour: hasFitting ? fitting : undefined, withParser: true })
  return { ...library, parser: library.parser! }
}
