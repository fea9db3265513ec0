/** A network's configuration, as JSON in a file. */

import { open } from 'node:fs/promises'
import { badArgument, PdfnetError } from '../errors.js'

/** Those beside checkpoints have a few hundred bytes. */
const maxBytes = 1024 * 1024

/** Rejects with ERR_INPUT_MISSING, ERR_INPUT_READ, ERR_INPUT_LIMIT or, for what is not JSON, ERR_ARGUMENT. */
export async function readConfig(path: string): Promise<unknown> {
  const text = await readText(path)
  try {
    return JSON.parse(text)
  } catch {
    throw badArgument(path, 'JSON', text)
  }
}

async function readText(path: string): Promise<string> {
  try {
    const handle = await open(path)
    try {
      const bytes = Buffer.alloc(maxBytes + 1)
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0)
      if (bytesRead <= maxBytes) return bytes.toString('utf8', 0, bytesRead)
    } finally {
      await handle.close()
    }
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'ERR_INPUT_MISSING' : 'ERR_INPUT_READ'
    throw new PdfnetError(code, `${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
  throw new PdfnetError('ERR_INPUT_LIMIT', `${path} has more than ${maxBytes} bytes, expected a small configuration`)
}
