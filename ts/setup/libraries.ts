/** Libraries in the store: those pinned in engines/libraries.json, taken from the packages that carry them. */

import { rename } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'
import type { Work } from '../progress.js'
import { fetchNpmPackage, type Maker, type NpmPackage, type Store } from '../store/index.js'
import { repairedBy } from './repair.js'
import type { PinnedRtx } from './rtx.js'

export interface PinnedLibrary {
  readonly title: string
  readonly version: string
  readonly npm: NpmPackage
  /** Path of the library in the package's tarball. */
  readonly file: string
  readonly bytes: number
  readonly sha256: string
  readonly licence: string
  readonly licenceSource: string
}

export interface LibrarySetup {
  /** Absolute path of the library. */
  readonly path: string
  readonly version: string
  readonly licence: string
  /** False when it was in the store already, and whole: then nothing of the network was used. */
  readonly fetched: boolean
}

const require = createRequire(import.meta.url)

export interface PinnedLibraries {
  readonly onnxruntime: PinnedLibrary
  /** For the newest CUDA first. */
  readonly tensorrtRtx: readonly PinnedRtx[]
}

export function pinnedLibraries(): PinnedLibraries {
  return require('#engines/libraries.json') as PinnedLibraries
}

/** Brings it into the store, or hashes the one that is there and replaces it when it is damaged. */
export async function addLibrary(store: Store, library: PinnedLibrary, work: Work): Promise<LibrarySetup> {
  const { npm, file, bytes, sha256, title, version, licence, licenceSource } = library
  const name = basename(file)
  let fetched = false
  const make: Maker = async (folder, scratch) => {
    fetched = true
    await fetchNpmPackage({ ...npm, pick: (path) => path === file, folder: scratch }, work)
    await rename(join(scratch, file), join(folder, name))
    const facts = { title, version, source: `npm:${npm.name}@${npm.version}/${file}`, licence, licenceSource }
    return { facts, expected: { [name]: { bytes, sha256 } } }
  }
  const entry = await store.add('libraries', libraryKey(library), make, work)
  return { path: entry.file(name), version, licence, fetched }
}

/**
 * Absolute path of the library in the store, or undefined. Quick: its size is checked, its hash is not.
 * @param command what brings it into the store, for the error about a damaged one
 */
export async function findLibrary(store: Store, library: PinnedLibrary, command: string): Promise<string | undefined> {
  const entry = await repairedBy(command, store.find('libraries', libraryKey(library)))
  return entry?.file(basename(library.file))
}

export function libraryKey({ npm, sha256 }: PinnedLibrary): string {
  return `${npm.name}-${npm.version}-${sha256.slice(0, 16)}`
}
