/** Where the store is, and whether nobody else can change what is in it. */

import { chmod, lstat, mkdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join, normalize } from 'node:path'
import type { Stats } from 'node:fs'
import { PdfnetError, badArgument } from '../errors.js'
import { isMissing } from './disk.js'

const writableByOthers = 0o022
const sticky = 0o1000

/** `PDFNET_TRT_STORE`, else `pdfnet-trt` in the user's cache folder. Throws ERR_ARGUMENT unless it is absolute. */
export function storeRoot(environment: NodeJS.ProcessEnv = process.env): string {
  const named = environment.PDFNET_TRT_STORE
  if (named) return absolute('PDFNET_TRT_STORE', named)
  const cache = environment.XDG_CACHE_HOME
  // The XDG rules: a relative path there is ignored.
  if (cache && isAbsolute(cache)) return join(cache, 'pdfnet-trt')
  return join(absolute('the home folder', homedir()), '.cache', 'pdfnet-trt')
}

export function absolute(name: string, path: unknown): string {
  if (typeof path !== 'string' || !isAbsolute(path) || path.includes('\0'))
    throw badArgument(name, 'an absolute path', path)
  const plain = normalize(path)
  return plain.length > 1 && plain.endsWith('/') ? plain.slice(0, -1) : plain
}

/**
 * Checks every folder from / down to `root`: no link, owned by us or by root, writable by nobody else.
 * Folders above `root` may be writable by all if they are sticky, as /tmp is: there nobody else can rename or remove
 * what is ours, and what somebody else put there first is refused for its owner.
 * Whatever does not exist yet is made by `makeRoot`. Throws ERR_STORE_TRUST, naming the folder.
 */
export async function checkRoot(root: string): Promise<void> {
  for (const folder of lineage(root)) {
    const stats = await lstat(folder).catch((error: unknown) => {
      if (isMissing(error)) return undefined
      throw untrusted(folder, 'it cannot be examined', undefined, error)
    })
    if (stats === undefined) return
    checkFolder(folder, stats, folder === root)
  }
}

/**
 * Makes what is missing of `root`, readable by us only, and tightens an older one of ours that others could read.
 * One that others could have written to is refused instead: what is in it may be theirs.
 */
export async function makeRoot(root: string): Promise<void> {
  await checkRoot(root)
  await mkdir(root, { recursive: true, mode: 0o700 })
  await checkRoot(root)
  if (((await lstat(root)).mode & 0o077) !== 0) await chmod(root, 0o700)
}

function checkFolder(folder: string, stats: Stats, isRoot: boolean): void {
  if (stats.isSymbolicLink())
    throw untrusted(folder, 'it is a symbolic link', 'Name the folder that it leads to in PDFNET_TRT_STORE')
  if (!stats.isDirectory()) throw untrusted(folder, 'it is not a folder', 'Name a folder in PDFNET_TRT_STORE')
  const ours = stats.uid === process.getuid!()
  if (!ours && (isRoot || stats.uid !== 0)) {
    throw untrusted(
      folder,
      `it belongs to another user (id ${stats.uid})`,
      'Name a folder of your own in PDFNET_TRT_STORE',
    )
  }
  if ((stats.mode & writableByOthers) === 0) return
  if (!isRoot && (stats.mode & sticky) !== 0) return
  const remedy = ours && !isRoot ? `Run: chmod go-w '${folder}'` : 'Name a private folder in PDFNET_TRT_STORE'
  throw untrusted(folder, 'others may write to it', remedy)
}

function untrusted(folder: string, why: string, remedy?: string, cause?: unknown): PdfnetError {
  return new PdfnetError('ERR_STORE_TRUST', `the store cannot be trusted: ${folder} is on its path, and ${why}`, {
    cause,
    details: { folder },
    ...(remedy !== undefined && { remedy }),
  })
}

/** Every folder from / down to `folder` itself. */
function lineage(folder: string): readonly string[] {
  const above = dirname(folder)
  return above === folder ? [folder] : [...lineage(above), folder]
}
