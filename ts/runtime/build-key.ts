/** The key of an engine: everything that its plan depends on, hashed. */

import { createHash } from 'node:crypto'
import { PdfnetError } from '../errors.js'
import type { GraphFiles } from './build-graph.js'
import { libraryName } from '../tensorrt/index.js'
import type { BuildGpu, BuildLibrary } from './build-library.js'
import { defaultRtxCapabilities, type BuildSettings } from './build-options.js'
import type { PlanTarget } from './plan.js'

/** Raise it whenever the build program asks the library for something else than before. */
const keyVersion = 1

/** What of a library its plans depend on. */
export interface KeyLibrary extends Pick<BuildLibrary, 'flavour' | 'version'> {
  readonly gpu?: BuildGpu | undefined
}

/** @throws ERR_ARGUMENT or ERR_DEVICE_MISSING where the library cannot build for what was asked */
export function buildTarget(library: KeyLibrary, { targetCapabilities }: BuildSettings): PlanTarget {
  if (library.flavour === 'rtx') return { computeCapabilities: targetCapabilities ?? defaultRtxCapabilities }
  if (targetCapabilities) {
    throw new PdfnetError('ERR_ARGUMENT', `${libraryName(library)} builds for the GPU that is here, not for targets`, {
      remedy: 'Leave targetCapabilities out, or build with TensorRT-RTX',
    })
  }
  if (!library.gpu) {
    throw new PdfnetError('ERR_DEVICE_MISSING', `${libraryName(library)} builds engines on a GPU only: none is here`, {
      remedy: 'Build with TensorRT-RTX, which needs no GPU, or on the machine that is to run the engine',
    })
  }
  return { gpu: library.gpu.name, computeCapability: library.gpu.computeCapability }
}

/** A plain name for the store. */
export function engineKey(graph: GraphFiles, library: KeyLibrary, target: PlanTarget, settings: BuildSettings): string {
  const { flavour, version } = library
  // By content: a copy of the same graph under another name is the same engine.
  const content = { keyVersion, graph: graph.map(({ sha256 }) => sha256), flavour, version, target, settings }
  const hash = createHash('sha256').update(canonical(content)).digest('hex')
  return `${flavour}-${version}-${hash.slice(0, 40)}`
}

/** JSON with sorted keys: the order in which a caller wrote the options does not matter. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  )
}
