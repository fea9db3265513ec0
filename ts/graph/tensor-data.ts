/** A tensor's bytes, wherever they are, one tensor or one piece of it at a time. */

import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { PdfnetError } from '../errors.js'
import { byteLength } from '../tensor.js'
import type { Initializer } from './model.js'

const pieceBytes = 4 * 1024 * 1024

/** All of them at once. Rejects with ERR_ONNX_EXTERNAL where the file of external data has changed since it was checked. */
export async function tensorBytes(tensor: Initializer): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  for await (const piece of tensorPieces(tensor)) pieces.push(piece.slice())
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)
}

/** In order. A piece is valid until the next one is asked for. */
export async function* tensorPieces(tensor: Initializer): AsyncGenerator<Uint8Array> {
  const { data } = tensor
  const bytes = byteLength(tensor.dtype, tensor.shape)
  if (data.kind === 'file') yield* filePieces(tensor.name, data.path, data.offset, bytes)
  else if (bytes > 0) yield data.kind === 'bytes' ? data.bytes : await made(tensor.name, data.make, bytes)
}

async function made(name: string, make: () => Promise<Uint8Array>, expected: number): Promise<Uint8Array> {
  const bytes = await make()
  if (bytes.length === expected) return bytes
  throw new PdfnetError('ERR_INTERNAL', `tensor ${name} was made with ${bytes.length} bytes, expected ${expected}`)
}

async function* filePieces(name: string, path: string, offset: number, bytes: number): AsyncGenerator<Uint8Array> {
  const changed = (cause?: unknown) =>
    new PdfnetError('ERR_ONNX_EXTERNAL', `${path} changed while tensor ${JSON.stringify(name)} was read from it`, {
      cause,
    })
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch((cause: unknown) => {
    throw changed(cause)
  })
  try {
    const piece = Buffer.allocUnsafeSlow(Math.min(pieceBytes, bytes))
    for (let read = 0; read < bytes;) {
      const { bytesRead } = await handle.read(piece, 0, Math.min(piece.length, bytes - read), offset + read)
      if (bytesRead === 0) throw changed()
      yield piece.subarray(0, bytesRead)
      read += bytesRead
    }
  } finally {
    await handle.close()
  }
}
