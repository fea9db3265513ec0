/** Joins a file that a package carries in pieces, by the package's own list of them, which is not trusted. */

import { createReadStream, createWriteStream } from 'node:fs'
import { lstat, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { PdfnetError } from '../errors.js'
import type { Work } from '../progress.js'

export interface Piece {
  /** Name of its file: 64 hexadecimal digits. */
  readonly hash: string
  readonly bytes: number
}

const listBytes = 1 << 20
const hashPattern = /^[0-9a-f]{64}$/

/** What a piece's file may be called. */
export function isPieceName(name: string): boolean {
  return hashPattern.test(name)
}

/**
 * The pieces of `resource`, in order, from a list of the form
 * `{ [resource]: { chunks: [{ hash, offsets: [from, to] }] } }`; their offsets must cover `bytes` without a gap.
 * Rejects with ERR_FETCH where the list says anything else.
 */
export async function readPieces(list: string, resource: string, bytes: number): Promise<readonly Piece[]> {
  const refused = (why: string, cause?: unknown): PdfnetError =>
    new PdfnetError('ERR_FETCH', `the list of ${resource} in the package is not usable: ${why}`, {
      cause,
      remedy: 'Do not use this package; report it',
    })
  let value: unknown
  try {
    const stats = await lstat(list)
    if (!stats.isFile() || stats.size > listBytes) throw new Error('not a small file')
    value = JSON.parse(await readFile(list, 'utf8'))
  } catch (cause) {
    throw refused('it cannot be read', cause)
  }
  const chunks = member(member(value, resource), 'chunks')
  if (!Array.isArray(chunks)) throw refused('it has no chunks')
  let end = 0
  const pieces = chunks.map((chunk: unknown): Piece => {
    const hash = member(chunk, 'hash')
    const offsets = member(chunk, 'offsets')
    if (typeof hash !== 'string' || !isPieceName(hash)) throw refused('a chunk has no hash for a name')
    const [from, to] = Array.isArray(offsets) ? (offsets as unknown[]) : []
    if (from !== end || !Number.isSafeInteger(to) || (to as number) <= from) throw refused('its chunks do not join')
    end = to as number
    return { hash, bytes: end - from }
  })
  if (end !== bytes) throw refused(`its chunks make ${end} bytes instead of ${bytes}`)
  return pieces
}

/** Writes the pieces in `folder` to `target`, one after another. */
export async function joinPieces(
  pieces: readonly Piece[],
  folder: string,
  target: string,
  { signal }: Work,
): Promise<void> {
  const sources = pieces.map(({ hash, bytes }) => ({ file: join(folder, hash), bytes }))
  async function* contents(): AsyncGenerator<Buffer> {
    for (const { file, bytes } of sources) {
      const stats = await lstat(file).catch(() => undefined)
      if (!stats?.isFile() || stats.size !== bytes) {
        throw new PdfnetError('ERR_FETCH', `a piece that the package lists is not in it, or not of ${bytes} bytes`)
      }
      yield* createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>
    }
  }
  await pipeline(contents, createWriteStream(target, { flags: 'wx' }), { ...(signal && { signal }) })
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined
}
