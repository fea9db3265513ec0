/** The TensorRT that builds an engine: a pair of library and parser that was found here, and was asked what it is. */

import { PdfnetError } from '../errors.js'
import { findTensorrt, type Flavour } from '../tensorrt/index.js'
import { dotted, flavourOf } from './build-messages.js'
import { runBuildProgram } from './build-process.js'

/** Absolute real paths of files of one version. */
export interface LibraryFiles {
  readonly library: string
  readonly parser: string
}

export interface BuildLibrary extends LibraryFiles {
  readonly flavour: Flavour
  /** Full: `1.7.1`. */
  readonly version: string
  /** Of Enterprise: the GPU that it builds on and for. */
  readonly gpu?: BuildGpu
}

export interface BuildGpu {
  readonly name: string
  readonly computeCapability: string
  /** As the driver counts. @default the first */
  readonly index?: number
}

/**
 * Finds the library and asks it for its version.
 * @param folder absolute; by default the first that has what is needed
 * @throws ERR_LIBRARY_MISSING, ERR_LIBRARY_LOAD, ERR_DRIVER_OLD, ERR_ADDON_LOAD, ERR_ARGUMENT or ERR_ABORTED
 */
export async function findBuildLibrary(folder?: string, signal?: AbortSignal): Promise<BuildLibrary> {
  const { library, parser } = await findTensorrt(folder)
  const report = await runBuildProgram(['library', library, 'probe'], { library, subject: library, signal })
  const found = report.library
  if (!found) throw new PdfnetError('ERR_LIBRARY_LOAD', `${library} does not say its version`)
  const { gpu, computeCapability } = found
  return {
    library,
    parser,
    flavour: flavourOf(found),
    version: dotted(found.version),
    ...(gpu !== undefined && computeCapability !== undefined && { gpu: { name: gpu, computeCapability } }),
  }
}
