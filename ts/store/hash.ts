/** Hashes whole files, streamed, off the JavaScript thread. */

import { lstat } from 'node:fs/promises'
import type { Progress, Work } from '../progress.js'
import { inBackground } from './background.js'

export interface Digest {
  readonly bytes: number
  readonly hex: string
}

export interface HashJob {
  readonly files: readonly string[]
  readonly algorithm: 'sha256' | 'sha512'
  readonly stage: Progress['stage']
  readonly name: string
  readonly total: number
}

/**
 * The digest of each of `files`, in their order; symbolic links are not followed.
 * @param label stage and name under which progress is told, in bytes
 */
export async function hashFiles(
  files: readonly string[],
  label: Pick<Progress, 'stage' | 'name'>,
  work: Work = {},
  algorithm: HashJob['algorithm'] = 'sha256',
): Promise<readonly Digest[]> {
  const sizes = await Promise.all(files.map(async (file) => (await lstat(file)).size))
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const job: HashJob = { files, algorithm, ...label, total }
  return inBackground<Digest[]>(new URL('./hash-worker.js', import.meta.url), job, work)
}
