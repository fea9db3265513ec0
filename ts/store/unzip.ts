/** Takes picked files out of a zip file: regular files only, inside one folder only, within limits. */

import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createInflateRaw } from 'node:zlib'
import { PdfnetError } from '../errors.js'
import type { Work } from '../progress.js'
import { dataOffset, readZip, type ZipEntry } from './zip.js'

export interface Unzipping {
  /** For progress and errors. */
  readonly name: string
  readonly pick: (path: string) => boolean
  readonly folder: string
}

/** Far above any package that is pinned here, far below what fills a disk. */
const largestBytes = 2 * 2 ** 30
const chunkBytes = 256 << 10
const tellBytes = 4 << 20

/** Rejects with ERR_FETCH where the file is damaged, over a limit, holds a path outside or a picked link, or nothing picked. */
export async function unzip(archive: string, { name, pick, folder }: Unzipping, work: Work): Promise<void> {
  const file = await open(archive)
  try {
    const picked = (await readZip(file)).filter(({ path }) => pick(path))
    const special = picked.find(({ isFile }) => !isFile)
    if (special) throw new Error(`its entry ${JSON.stringify(special.path)} is no plain file`)
    if (picked.length === 0) throw new Error('it holds nothing that is wanted')
    const total = picked.reduce((sum, { bytes }) => sum + bytes, 0)
    if (total > largestBytes) throw new Error(`it unpacks to more than ${largestBytes} bytes`)
    const tell = teller(name, total, work)
    for (const entry of picked) await extract(archive, file, entry, folder, tell, work)
    tell(0)
  } catch (error) {
    const isSystem = error instanceof Error && 'syscall' in error
    if (isSystem || error instanceof CallerError || work.signal?.aborted) throw causeOf(error)
    throw new PdfnetError('ERR_FETCH', `the archive of ${name} was refused: ${(error as Error).message}`, {
      cause: error,
      remedy: 'Do not use this package; report it',
    })
  } finally {
    await file.close()
  }
}

async function extract(
  archive: string,
  file: FileHandle,
  entry: ZipEntry,
  folder: string,
  tell: (bytes: number) => void,
  { signal }: Work,
): Promise<void> {
  const { path, bytes, compressedBytes, isDeflated } = entry
  const target = join(folder, path)
  await mkdir(dirname(target), { recursive: true, mode: 0o700 })
  const start = await dataOffset(file, entry)
  const wrong = (): Error => new Error(`its entry ${JSON.stringify(path)} is not of ${bytes} bytes`)
  async function* checked(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let done = 0
    for await (const chunk of chunks) {
      if ((done += chunk.length) > bytes) throw wrong()
      tell(chunk.length)
      yield chunk
    }
    if (done !== bytes) throw wrong()
  }
  const write = createWriteStream(target, { flags: 'wx', mode: 0o600 })
  const end = { ...(signal && { signal }) }
  if (compressedBytes === 0) return pipeline(checked(none()), write, end)
  const read = createReadStream(archive, { start, end: start + compressedBytes - 1, highWaterMark: chunkBytes })
  if (isDeflated) await pipeline(read, createInflateRaw({ chunkSize: chunkBytes }), checked, write, end)
  else await pipeline(read, checked, write, end)
}

async function* none(): AsyncGenerator<Buffer> {
  // An empty file has no range that a stream could read.
}

/** Tells how many bytes are done, now and then, and the last. */
function teller(name: string, total: number, { onProgress }: Work): (bytes: number) => void {
  let done = 0
  let told = -tellBytes
  return (bytes) => {
    done += bytes
    const isLast = bytes === 0
    if (!isLast && (done - told < tellBytes || done === total)) return
    told = done
    try {
      onProgress?.({ stage: 'write', name, done, total })
    } catch (error) {
      throw new CallerError(error)
    }
  }
}

/** What a caller's callback threw: no fault of the archive. */
class CallerError extends Error {
  constructor(readonly thrown: unknown) {
    super('the progress callback threw')
  }
}

function causeOf(error: unknown): unknown {
  return error instanceof CallerError ? error.thrown : error
}
