/** Tells whether a file is what it was: by its state, which is quick, or by its content. */

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'

/**
 * Inode, size and times of a file, which no change of its content leaves as they are: the system sets the time of the
 * last change of state, and nobody else can.
 */
export async function stateOf(path: string): Promise<string> {
  const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true })
  return [ino, size, mtimeNs, ctimeNs].map((part) => part.toString(36)).join('.')
}

/** SHA-256 in hexadecimal, in pieces that each hold the event loop for less than a tenth of a millisecond. */
export async function contentOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
