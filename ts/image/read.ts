/** Reads encoded bytes from a path or a stream, once and whole, and never more than the limit. */

import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { addAbortSignal, type Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { aborted, badArgument, PdfnetError, throwIfAborted } from '../errors.js'

/** The bytes of a regular file; it may grow while it is read. */
export async function readPath(path: string, limit: number, signal: AbortSignal | undefined): Promise<Buffer> {
  let file: FileHandle | undefined
  try {
    // Opening a FIFO without O_NONBLOCK would wait for its writer on a thread that fs and dns share.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
    const status = await file.stat()
    if (!status.isFile()) {
      const kind = status.isDirectory() ? 'a folder' : 'not a regular file'
      throw new PdfnetError('ERR_INPUT_READ', `${path} is ${kind}; expected a picture file`)
    }
    if (status.size > limit) throw tooManyBytes(path, limit, status.size)
    return await collect(chunksOf(file, status.size, signal), path, limit)
  } catch (error) {
    throw readError(error, path)
  } finally {
    await file?.close()
  }
}

/** All bytes of a stream. It is destroyed when the limit is reached, or on abort. */
export async function readStream(
  stream: Readable,
  name: string,
  limit: number,
  signal: AbortSignal | undefined,
): Promise<Buffer> {
  if (stream.destroyed || stream.readableEnded)
    throw new PdfnetError('ERR_INPUT_READ', `${name} has already been read or destroyed`)
  try {
    if (signal !== undefined) addAbortSignal(signal, stream)
    return await collect(stream, name, limit)
  } catch (error) {
    if (signal?.aborted) throw aborted(signal)
    throw readError(error, name)
  }
}

const tailBytes = 2 ** 16

async function* chunksOf(file: FileHandle, size: number, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  // One byte more than the size, so that the usual file is one chunk and needs no copy.
  for (let room = size + 1; ; room = tailBytes) {
    const chunk = Buffer.allocUnsafeSlow(room)
    let filled = 0
    while (filled < room) {
      throwIfAborted(signal)
      const { bytesRead } = await file.read(chunk, filled, room - filled)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    if (filled > 0) yield chunk.subarray(0, filled)
    if (filled < room) return
  }
}

async function collect(source: AsyncIterable<unknown>, name: string, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of source) {
    if (!(chunk instanceof Uint8Array)) throw badArgument(`what ${name} yields`, 'bytes', chunk)
    bytes += chunk.byteLength
    if (bytes > limit) throw tooManyBytes(name, limit, bytes)
    chunks.push(chunk)
  }
  return join(chunks, bytes)
}

const copyBytes = 2 ** 22

/** One buffer out of many, a few megabytes a turn: copying all at once would hold up the event loop. */
async function join(chunks: readonly Uint8Array[], bytes: number): Promise<Buffer> {
  const [first] = chunks
  if (first !== undefined && chunks.length === 1) return Buffer.from(first.buffer, first.byteOffset, first.byteLength)
  const whole = Buffer.allocUnsafeSlow(bytes)
  let at = 0
  let copied = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.byteLength
    copied += chunk.byteLength
    if (copied >= copyBytes) {
      copied = 0
      await setImmediate()
    }
  }
  return whole
}

export function tooManyBytes(name: string, limit: number, bytes: number): PdfnetError {
  return new PdfnetError('ERR_INPUT_LIMIT', `${name} has more than ${limit} bytes`, { details: { limit, bytes } })
}

function readError(error: unknown, name: string): unknown {
  if (error instanceof PdfnetError) return error
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    const remedy = /^[a-z]+:\/\//i.test(name) ? 'A string is a path and is never fetched: pass the bytes' : undefined
    return new PdfnetError('ERR_INPUT_MISSING', `there is no file at ${name}`, {
      cause: error,
      ...(remedy && { remedy }),
    })
  }
  if (code === 'ERR_INVALID_ARG_VALUE') return badArgument('the picture', 'a path without null bytes', name)
  return new PdfnetError('ERR_INPUT_READ', `${name} cannot be read: ${(error as Error).message}`, { cause: error })
}
