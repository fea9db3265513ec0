/** TensorRT-RTX in the store: taken from the wheels that carry it, one for each CUDA. */

import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Work } from '../progress.js'
import { fetchPipWheel, type Maker, type PipWheel, type Store } from '../store/index.js'
import { compareVersions, cudaFact } from '../tensorrt/index.js'
import { pinnedLibraries, type LibrarySetup } from './libraries.js'

export interface PinnedRtx {
  readonly title: string
  readonly version: string
  /** The CUDA version that the driver must have. */
  readonly cuda: string
  /** The oldest branch of drivers that has it. */
  readonly driver: string
  readonly pip: PipWheel
  readonly files: readonly PinnedFile[]
  readonly licence: string
  readonly licenceSource: string
}

interface PinnedFile {
  /** In the wheel. */
  readonly path: string
  /** In the store: of a library the name by which a loader knows it. */
  readonly name: string
  readonly bytes: number
  readonly sha256: string
}

/** Its file in the store. */
const libraryFile = 'libtensorrt_rtx.so.1'

/** For the newest CUDA that the driver has; undefined where it is too old for all. */
export function rtxFor(cuda: string | undefined): PinnedRtx | undefined {
  return pinnedLibraries().tensorrtRtx.find((pinned) => cuda === undefined || compareVersions(pinned.cuda, cuda) <= 0)
}

/** Brings it into the store with its licence files, or hashes what is there and replaces it when it is damaged. */
export async function addRtx(store: Store, pinned: PinnedRtx, work: Work): Promise<LibrarySetup> {
  const { pip, files, title, version, cuda, licence, licenceSource } = pinned
  let fetched = false
  const make: Maker = async (folder, scratch) => {
    fetched = true
    const pick = (path: string): boolean => files.some((file) => file.path === path)
    await fetchPipWheel({ ...pip, pick, folder: scratch }, work)
    for (const { path, name } of files) await rename(join(scratch, path), join(folder, name))
    const facts = {
      title,
      version,
      [cudaFact]: cuda,
      source: `pip:${pip.name}==${pip.version}`,
      licence,
      licenceSource,
    }
    return { facts, expected: Object.fromEntries(files.map(({ name, bytes, sha256 }) => [name, { bytes, sha256 }])) }
  }
  const entry = await store.add('libraries', rtxKey(pinned), make, work)
  return { path: entry.file(libraryFile), version, licence, fetched }
}

export function rtxKey({ pip }: PinnedRtx): string {
  return `${pip.name}-${pip.version}-${pip.sha256.slice(0, 16)}`
}
