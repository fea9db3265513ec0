/** Takes picked files out of a gzipped tar: regular files only, inside one folder only, within limits. */

import { createReadStream } from 'node:fs'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import type { ReadEntry } from 'tar'
import { PdfnetError } from '../errors.js'
import type { Progress, Work } from '../progress.js'

export interface Unpacking {
  /** For progress and errors. */
  readonly name: string
  /** Size of the tarball. */
  readonly bytes: number
  readonly pick: (path: string) => boolean
  readonly folder: string
}

/** Unpacked bytes and entries: far above any package that is pinned here, far below what fills a disk. */
const limits = { bytes: 2 * 2 ** 30, entries: 20_000 } as const
const chunkBytes = 256 << 10
const tellBytes = 4 << 20

/** Rejects with ERR_FETCH where the tarball is damaged, over a limit, holds a path outside or a picked link, or nothing picked. */
export async function unpack(tarball: string, { name, bytes, pick, folder }: Unpacking, work: Work): Promise<void> {
  const refused = (why: string, cause?: unknown): PdfnetError =>
    new PdfnetError('ERR_FETCH', `the tarball of ${name} was refused: ${why}`, {
      cause,
      remedy: 'Do not use this package; report it',
    })
  // Loaded when it is needed: most uses of the store fetch nothing.
  const { extract } = await import('tar')
  let refusal: PdfnetError | undefined
  let entries = 0
  let picked = 0
  const unpacking = extract({
    cwd: folder,
    strict: true,
    preserveOwner: false,
    noMtime: true,
    filter: (path, entry) => {
      if (refusal) return false
      const why = whyRefused(path, (entry as ReadEntry).type, pick, (entries += 1))
      if (why !== undefined) refusal = refused(why)
      const isPicked = why === undefined && pick(path)
      if (isPicked) picked += 1
      return isPicked
    },
  })
  let unpacked = 0
  const limit = new Transform({
    transform(chunk: Buffer, _, done) {
      unpacked += chunk.length
      if (unpacked > limits.bytes) refusal ??= refused(`it unpacks to more than ${limits.bytes} bytes`)
      done(refusal, chunk)
    },
  })
  try {
    await pipeline(
      createReadStream(tarball, { highWaterMark: chunkBytes }),
      teller({ stage: 'write', name, total: bytes }, work),
      // Not tar's own gunzip, which runs on the JavaScript thread.
      createGunzip({ chunkSize: chunkBytes }),
      limit,
      unpacking,
      { ...(work.signal && { signal: work.signal }) },
    )
  } catch (error) {
    if (refusal) throw refusal
    const isSystem = error instanceof Error && 'syscall' in error
    if (isSystem || work.signal?.aborted) throw error
    throw refused((error as Error).message, error)
  }
  if (refusal) throw refusal
  if (picked === 0) throw refused('it holds nothing that is wanted')
}

function whyRefused(path: string, type: string, pick: (path: string) => boolean, entries: number): string | undefined {
  if (entries > limits.entries) return `it holds more than ${limits.entries} entries`
  if (path.startsWith('/') || path.split('/').includes('..')) return `its entry ${JSON.stringify(path)} lies outside`
  if (pick(path) && type !== 'File' && type !== 'OldFile') return `its entry ${JSON.stringify(path)} is no plain file`
  return undefined
}

/** Passes bytes on and tells how many. */
function teller(label: Pick<Progress, 'stage' | 'name' | 'total'>, { onProgress }: Work): Transform {
  // A caller's callback that throws ends the stream, not the process.
  const tell = (done: number): Error | undefined => {
    try {
      onProgress?.({ ...label, done })
      return undefined
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error))
    }
  }
  let done = 0
  let told = 0
  return new Transform({
    transform(chunk: Buffer, _, pass) {
      done += chunk.length
      const isDue = done - told >= tellBytes && done < label.total
      pass(isDue ? tell((told = done)) : undefined, chunk)
    },
    flush: (pass) => pass(tell(label.total)),
  })
}
