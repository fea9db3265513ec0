/** One entry of the store: a folder of files that never change, with their hashes. */

import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { badArgument } from '../errors.js'
import type { Work } from '../progress.js'
import { isMissing } from './disk.js'
import { hashFiles } from './hash.js'
import { corrupt, readManifest, type Facts, type FileRecord, type Kind, type Manifest } from './manifest.js'

export class Entry {
  readonly kind: Kind
  readonly key: string
  readonly files: Readonly<Record<string, FileRecord>>
  readonly facts: Facts
  readonly #folder: string

  private constructor(folder: string, { kind, key, files, facts }: Manifest) {
    this.#folder = folder
    this.kind = kind
    this.key = key
    this.files = files
    this.facts = facts
  }

  /** Reads the manifest and checks that each file is there, regular, and of its size. Throws ERR_STORE_CORRUPT. */
  static async read(folder: string, kind: Kind, key: string): Promise<Entry> {
    const entry = new Entry(folder, await readManifest(folder, kind, key))
    await Promise.all(
      Object.entries(entry.files).map(async ([file, { bytes }]) => {
        const stats = await lstat(entry.file(file)).catch((error: unknown) => {
          if (isMissing(error)) return undefined
          throw error
        })
        if (!stats?.isFile()) throw corrupt(kind, key, `${file} is missing`, { file })
        if (stats.size !== bytes) {
          throw corrupt(kind, key, `${file} has ${stats.size} bytes instead of ${bytes}`, { file, bytes: stats.size })
        }
      }),
    )
    return entry
  }

  /** Sum over all files. */
  get bytes(): number {
    return Object.values(this.files).reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** Absolute path of one of its files. Throws ERR_ARGUMENT for a name that it does not have. */
  file(name: string): string {
    if (!Object.hasOwn(this.files, name))
      throw badArgument('file', `one of ${Object.keys(this.files).join(', ')}`, name)
    return join(this.#folder, name)
  }

  /** Hashes every file. Rejects with ERR_STORE_CORRUPT naming the first that differs, or ERR_ABORTED. */
  async verify(work: Work = {}): Promise<void> {
    const names = Object.keys(this.files)
    const label = { stage: 'hash', name: `${this.kind}/${this.key}` } as const
    const digests = await hashFiles(
      names.map((name) => this.file(name)),
      label,
      work,
    )
    names.forEach((file, index) => {
      const { sha256 } = this.files[file]!
      const { hex } = digests[index]!
      if (hex !== sha256) throw corrupt(this.kind, this.key, `${file} is not what was stored`, { file, sha256: hex })
    })
  }
}
