/** The content-addressed cache: entries by kind and key, added whole or not at all, once for all processes. */

import { readdir, rename, mkdir, lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { PdfnetError, aborted, badArgument, throwIfAborted } from '../errors.js'
import type { Work } from '../progress.js'
import { Claim, sweepClaims } from './claim.js'
import { flush, isMissing, storeError } from './disk.js'
import { Entry } from './entry.js'
import { hashFiles } from './hash.js'
import { isPlainName, kinds, manifestName, writeManifest, type Facts, type FileRecord, type Kind } from './manifest.js'
import { absolute, checkRoot, makeRoot, storeRoot } from './root.js'

export interface Made {
  /** Kept in the manifest. */
  readonly facts?: Facts
  /** What some of the files must be; anything else is ERR_HASH, and nothing is stored. */
  readonly expected?: Readonly<Record<string, FileRecord>>
}

/**
 * Makes an entry's files. Both folders are empty, in the store, and vanish unless all goes well.
 * @param folder becomes the entry
 * @param scratch for whatever else the making needs, such as a download
 */
export type Maker = (folder: string, scratch: string) => Promise<Made>

/** An entry, or what is wrong with it. */
export type Listed = { readonly kind: Kind; readonly key: string } & (
  { readonly entry: Entry; readonly damage?: undefined } | { readonly entry?: undefined; readonly damage: PdfnetError }
)

export class Store {
  /** Absolute. */
  readonly root: string

  private constructor(root: string) {
    this.root = root
  }

  /**
   * Looks at the store's path and makes nothing: the folder is made when something is first added.
   * @param root absolute; by default `PDFNET_TRT_STORE`, else `pdfnet-trt` in the user's cache folder
   * @throws ERR_STORE_TRUST where others could change what is in it, ERR_ARGUMENT
   */
  static async open(root: string = storeRoot()): Promise<Store> {
    const path = absolute('the root of the store', root)
    await checkRoot(path)
    return new Store(path)
  }

  /**
   * The entry, or undefined where there is none. Sizes are checked, hashes are not: see `Entry.verify`.
   * @throws ERR_STORE_CORRUPT
   */
  async find(kind: Kind, key: string): Promise<Entry | undefined> {
    const isThere = (await this.#stamp(kind, key)) !== undefined
    return isThere ? Entry.read(this.#folder(kind, key), kind, key) : undefined
  }

  /**
   * After it the entry is there and whole: one that is there already is hashed and kept, or replaced when damaged.
   * Whoever adds the same at the same time, in any process, waits and gets what the first one made.
   * @throws ERR_STORE_WRITE, ERR_STORE_TRUST, ERR_HASH, ERR_ABORTED, and what `make` throws; nothing is left then
   */
  async add(kind: Kind, key: string, make: Maker, work: Work = {}): Promise<Entry> {
    const before = await this.#stamp(kind, key)
    const present = await this.#whole(kind, key, work)
    if (present) return present
    return this.#claiming(kind, key, work, async (claim) => {
      // Another process may have made it while this one waited.
      const after = await this.#stamp(kind, key)
      const made = after !== undefined && after !== before ? await this.find(kind, key) : undefined
      if (made) return made
      const { facts = {}, expected = {} } = await make(claim.files, claim.scratch)
      throwIfAborted(work.signal)
      const files = await record(claim.files, key, expected, work)
      await writeManifest(claim.files, { format: 1, kind, key, files, facts })
      await flush(claim.files)
      throwIfAborted(work.signal)
      return this.#publish(claim, kind, key)
    })
  }

  /** Whether there was one; damaged ones are removed as well. */
  async remove(kind: Kind, key: string, work: Work = {}): Promise<boolean> {
    if ((await this.#stamp(kind, key)) === undefined) return false
    const folder = this.#folder(kind, key)
    return this.#claiming(kind, key, work, (claim) => moveIfThere(folder, join(claim.scratch, 'removed')))
  }

  /** Every entry of those kinds, by default of all, sizes checked, damaged ones included. */
  async list(...wanted: readonly Kind[]): Promise<readonly Listed[]> {
    const listed = (wanted.length > 0 ? wanted : kinds).map(async (kind) => {
      const keys = (await namesIn(join(this.root, kind))).filter(isPlainName).sort()
      return Promise.all(keys.map((key) => this.#listed(kind, key)))
    })
    return (await Promise.all(listed)).flat()
  }

  /** Removes every entry that `keep` does not want, and what ended processes left half made. */
  async prune(keep: (listed: Listed) => boolean, work: Work = {}): Promise<readonly Listed[]> {
    await sweepClaims(this.root)
    const removed: Listed[] = []
    for (const listed of await this.list()) {
      if (!keep(listed) && (await this.remove(listed.kind, listed.key, work))) removed.push(listed)
    }
    return removed
  }

  async #listed(kind: Kind, key: string): Promise<Listed> {
    try {
      return { kind, key, entry: await Entry.read(this.#folder(kind, key), kind, key) }
    } catch (error) {
      if (error instanceof PdfnetError) return { kind, key, damage: error }
      throw error
    }
  }

  #folder(kind: Kind, key: string): string {
    if (!kinds.includes(kind)) throw badArgument('kind', `one of ${kinds.join(', ')}`, kind)
    if (!isPlainName(key)) throw badArgument('key', 'letters, digits and ._@+-', key)
    return join(this.root, kind, key)
  }

  /** Does `task` as the only one in any process that changes this key. */
  async #claiming<Result>(
    kind: Kind,
    key: string,
    work: Work,
    task: (claim: Claim) => Promise<Result>,
  ): Promise<Result> {
    try {
      throwIfAborted(work.signal)
      await makeRoot(this.root)
      const claim = await Claim.take(this.root, `${kind}~${key}`, work)
      try {
        return await task(claim)
      } finally {
        await claim.release()
      }
    } catch (error) {
      if (work.signal?.aborted) throw aborted(work.signal)
      throw await storeError(error, this.root)
    }
  }

  /** Differs for every entry that was ever at this key; undefined where there is none. */
  async #stamp(kind: Kind, key: string): Promise<string | undefined> {
    try {
      const { ino, ctimeNs } = await lstat(this.#folder(kind, key), { bigint: true })
      return `${String(ino)}-${String(ctimeNs)}`
    } catch (error) {
      if (isMissing(error)) return undefined
      throw await storeError(error, this.root)
    }
  }

  /** The entry if it is there and its hashes are right. */
  /**
   * A folder of files that libraries keep for themselves, such as what they have measured or compiled on this GPU: made
   * now where it is not there. Without them all works, slower.
   * @throws ERR_STORE_WRITE or ERR_STORE_TRUST
   */
  async cacheFolder(name: string): Promise<string> {
    const folder = join(this.root, 'caches', name)
    try {
      await makeRoot(this.root)
      await mkdir(folder, { recursive: true, mode: 0o700 })
    } catch (error) {
      throw await storeError(error, this.root)
    }
    return folder
  }

  async #whole(kind: Kind, key: string, work: Work): Promise<Entry | undefined> {
    try {
      const entry = await this.find(kind, key)
      await entry?.verify(work)
      return entry
    } catch (error) {
      if (error instanceof PdfnetError && error.code === 'ERR_STORE_CORRUPT') return undefined
      throw error
    }
  }

  async #publish(claim: Claim, kind: Kind, key: string): Promise<Entry> {
    const folder = this.#folder(kind, key)
    await mkdir(join(this.root, kind), { recursive: true, mode: 0o700 })
    await moveIfThere(folder, join(claim.scratch, 'replaced'))
    await rename(claim.files, folder)
    await flush(join(this.root, kind))
    return Entry.read(folder, kind, key)
  }
}

/** Hashes what was made, compares it with what was expected, and waits until it is on the disk. */
async function record(
  folder: string,
  name: string,
  expected: Readonly<Record<string, FileRecord>>,
  work: Work,
): Promise<Readonly<Record<string, FileRecord>>> {
  const names = (await readdir(folder)).sort()
  const misnamed = names.find((file) => !isPlainName(file) || file === manifestName)
  if (misnamed !== undefined) throw badArgument('a file to store', 'letters, digits and ._@+-', misnamed)
  const paths = names.map((file) => join(folder, file))
  const digests = await hashFiles(paths, { stage: 'write', name }, work)
  const records = Object.fromEntries(
    names.map((file, i) => [file, { bytes: digests[i]!.bytes, sha256: digests[i]!.hex }]),
  )
  for (const [file, { bytes, sha256 }] of Object.entries(expected)) {
    const got = records[file]
    if (got?.bytes === bytes && got.sha256 === sha256) continue
    throw new PdfnetError('ERR_HASH', `${file} of ${name} is not what was expected: its SHA-256 should be ${sha256}`, {
      details: { file, expected: { bytes, sha256 }, got: got ?? 'nothing' },
    })
  }
  await Promise.all(paths.map(flush))
  return records
}

async function moveIfThere(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to)
    return true
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return []
    throw error
  })
}
