/** Writes a result: whole, or not at all. */

import { randomBytes } from 'node:crypto'
import { open, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Sharp } from 'sharp'
import { abortable } from '../abortable.js'
import { aborted, PdfnetError, throwIfAborted } from '../errors.js'
import { encode, formatOf, type OutputFormat } from './format.js'

export interface WritePictureOptions {
  readonly signal?: AbortSignal | undefined
  /** @default what the path's extension names; PNG for a stream */
  readonly format?: OutputFormat | undefined
  /** Time for bytes, from 1 to 9: of PNG, WebP and AVIF. @default what suits the format */
  readonly effort?: number | undefined
}

/**
 * Encodes in memory, then writes: a path gets a temporary file beside it that is renamed when all of it is there, so
 * that a failure or an abort leaves nothing and harms nothing; a stream is ended, but standard output and standard
 * error are not. The output options of the pipeline are set: a clone would copy its pixels on the event loop. Rejects with
 * ERR_OUTPUT_WRITE, ERR_OUTPUT_FORMAT, ERR_ARGUMENT or ERR_ABORTED.
 */
export async function writePicture(
  image: Sharp,
  target: string | Writable,
  { signal, format, effort }: WritePictureOptions = {},
): Promise<{ readonly bytes: number }> {
  throwIfAborted(signal)
  const isPath = typeof target === 'string'
  const name = isPath ? target : 'the output stream'
  const chosen = format ?? (isPath ? formatOf(target) : 'png')
  const data = await encoded(encode(image, chosen, effort), chosen, name, signal)
  try {
    await (isPath ? writeFile(target, data, signal) : writeStream(target, data, signal))
  } catch (cause) {
    if (signal?.aborted) throw aborted(signal)
    if (cause instanceof PdfnetError) throw cause
    throw new PdfnetError('ERR_OUTPUT_WRITE', `${name} could not be written: ${(cause as Error).message}`, { cause })
  }
  return { bytes: data.byteLength }
}

async function encoded(
  image: Sharp,
  format: OutputFormat,
  name: string,
  signal: AbortSignal | undefined,
): Promise<Buffer> {
  try {
    return await abortable(image.toBuffer(), signal)
  } catch (cause) {
    if (cause instanceof PdfnetError) throw cause
    const { message } = cause as Error
    const code = message.includes('too large for the') ? 'ERR_OUTPUT_FORMAT' : 'ERR_OUTPUT_WRITE'
    throw new PdfnetError(code, `${name} could not be encoded as ${format}: ${message}`, { cause })
  }
}

async function writeFile(path: string, data: Buffer, signal: AbortSignal | undefined): Promise<void> {
  await refuseSpecial(path)
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.part`)
  try {
    const file = await open(temporary, 'wx')
    try {
      await file.writeFile(data, signal && { signal })
      const { size } = await file.stat()
      if (size !== data.byteLength) throw new Error(`${size} of ${data.byteLength} bytes are there`)
    } finally {
      await file.close()
    }
    throwIfAborted(signal)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** Renaming would put a file in the place of a device or a FIFO. */
async function refuseSpecial(path: string): Promise<void> {
  const status = await stat(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  })
  if (status !== undefined && !status.isFile()) {
    throw new PdfnetError('ERR_OUTPUT_WRITE', `${path} exists and is not a regular file`)
  }
}

async function writeStream(stream: Writable, data: Buffer, signal: AbortSignal | undefined): Promise<void> {
  const end = stream !== process.stdout && stream !== process.stderr
  await pipeline(Readable.from([data]), stream, { end, ...(signal && { signal }) })
}
