/** The files by which TensorRT (Enterprise) builds engines: loaded by name when a builder is made, some for one GPU each. */

import { readdir, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PdfnetError } from '../errors.js'
import type { FoundLibrary } from './folder.js'

export interface BuilderResource {
  /** Absolute and real. */
  readonly path: string
  /** `all` of older versions, which have one file; of newer ones `sm90` and its like, or `ptx`. */
  readonly target: string
}

const filePattern = /^libnvinfer_builder_resource(?:_(\w+))?\.so\.(\d+\.\d+\.\d+)$/

/** Compute capabilities that have a file of their own in newer versions. Of others it is not known what they take. */
const ownFile = ['7.5', '8.0', '8.6', '8.9', '9.0', '10.0', '11.0', '12.0']

export const installAll =
  'Install all of TensorRT: every file of its wheel (tensorrt-cu13-libs, for CUDA 12 tensorrt-cu12-libs) or tar belongs beside libnvinfer'

/** @param version as the library's file is called: of some only the major, where these files have it whole */
export async function resourcesBeside(library: string, version: string): Promise<readonly BuilderResource[]> {
  const folder = dirname(library)
  const names = await readdir(folder).catch(() => [])
  const found = names.map(async (name) => {
    const [, target = 'all', of] = filePattern.exec(name) ?? []
    if (of === undefined || !`${of}.`.startsWith(`${version}.`)) return []
    const path = await realpath(join(folder, name)).catch(() => undefined)
    return path === undefined ? [] : [{ path, target }]
  })
  return (await Promise.all(found)).flat()
}

/** ERR_LIBRARY_LOAD where that library runs engines on such a GPU, but cannot build them for it. */
export function lacksResource(
  { library, resources }: FoundLibrary,
  computeCapability: string,
): PdfnetError | undefined {
  const needed = ownFile.includes(computeCapability) ? `sm${computeCapability.replace('.', '')}` : undefined
  if (!resources || resources.some(({ target }) => target === 'all' || target === needed)) return undefined
  if (resources.length > 0 && needed === undefined) return undefined
  const file = `libnvinfer_builder_resource${resources.length === 0 ? '*' : `_${needed}`}.so`
  const message = `${library} runs engines, but can build none for compute capability ${computeCapability}: ${file} is not beside it`
  return new PdfnetError('ERR_LIBRARY_LOAD', message, { remedy: installAll, details: { library, file } })
}
