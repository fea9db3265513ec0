/** A tensor's bytes, wherever they are, at once or piece by piece. */

import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { PdfnetError } from '../errors.js'
import { byteLength } from '../tensor.js'
import type { Initializer } from './model.js'

const pieceBytes = 4 * 1024 * 1024

/**
 * All of them; a view on the model's file where they are in one. Rejects with ERR_ONNX_EXTERNAL where a file of
 * external data has changed since it was checked.
 */
export async function tensorBytes(tensor: Initializer): Promise<Uint8Array> {
  if (tensor.data.kind === 'bytes') return tensor.data.bytes
  const pieces: Uint8Array[] = []
  for await (const piece of tensorPieces(tensor)) pieces.push(piece)
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)
}

/** In order. Only what is in a file comes in more than one piece. */
export async function* tensorPieces(tensor: Initializer): AsyncGenerator<Uint8Array> {
  const { name, data } = tensor
  const bytes = byteLength(tensor.dtype, tensor.shape)
  if (data.kind === 'file') {
    yield* filePieces(name, data.path, data.offset, bytes)
    return
  }
  const whole = data.kind === 'bytes' ? data.bytes : await data.make()
  if (whole.length !== bytes) {
    throw new PdfnetError('ERR_INTERNAL', `tensor ${name} has ${whole.length} bytes, expected ${bytes}`)
  }
  yield whole
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
    for (let read = 0; read < bytes;) {
      const piece = Buffer.allocUnsafeSlow(Math.min(pieceBytes, bytes - read))
      const { bytesRead } = await handle.read(piece, 0, piece.length, offset + read)
      if (bytesRead === 0) throw changed()
      yield piece.subarray(0, bytesRead)
      read += bytesRead
    }
  } finally {
    await handle.close()
  }
}
