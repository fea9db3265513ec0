/** Reads an ONNX file. */

import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { PdfnetError, throwIfAborted } from '../errors.js'
import type { Work } from '../progress.js'
import { decodeModel } from './decode.js'
import { resolveExternal } from './external.js'
import type { Model } from './model.js'

/** Protobuf's own limit: larger models keep their tensors in external data. */
const maxBytes = 2 ** 31 - 1
/** How much is read between two looks at the signal. */
const pieceBytes = 16 * 1024 * 1024

/**
 * The tensors are views on the file's bytes in memory, or ranges of checked files of external data. Rejects with
 * ERR_INPUT_MISSING, ERR_INPUT_READ, ERR_ONNX_FORMAT, ERR_ONNX_EXTERNAL or ERR_ABORTED.
 */
export async function readOnnx(path: string, work: Work = {}): Promise<Model> {
  const bytes = await readWhole(path, work)
  let model: Model
  try {
    model = decodeModel(bytes)
  } catch (cause) {
    if (cause instanceof PdfnetError) throw new PdfnetError(cause.code, `${path}: ${cause.message}`)
    throw new PdfnetError(
      'ERR_ONNX_FORMAT',
      `${path} is not an ONNX model, or is damaged: ${(cause as Error).message}`,
      { cause },
    )
  }
  return resolveExternal(model, path)
}

async function readWhole(path: string, { signal }: Work): Promise<Uint8Array> {
  throwIfAborted(signal)
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((cause: unknown) => {
    const code = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'ERR_INPUT_MISSING' : 'ERR_INPUT_READ'
    throw new PdfnetError(code, `${path} cannot be read: ${(cause as Error).message}`, { cause })
  })
  try {
    const stats = await handle.stat()
    if (!stats.isFile()) throw new PdfnetError('ERR_INPUT_READ', `${path} is not a file`)
    if (stats.size === 0) throw new PdfnetError('ERR_ONNX_FORMAT', `${path} is empty, expected an ONNX model`)
    if (stats.size > maxBytes) {
      throw new PdfnetError('ERR_ONNX_FORMAT', `${path} has ${stats.size} bytes, expected at most ${maxBytes}`, {
        remedy: 'Export it again with external data',
      })
    }
    const bytes = Buffer.allocUnsafeSlow(stats.size)
    for (let read = 0; read < bytes.length;) {
      throwIfAborted(signal)
      const { bytesRead } = await handle.read(bytes, read, Math.min(pieceBytes, bytes.length - read), read)
      if (bytesRead === 0) throw new PdfnetError('ERR_INPUT_READ', `${path} became shorter while it was read`)
      read += bytesRead
    }
    return bytes
  } catch (cause) {
    if (cause instanceof PdfnetError) throw cause
    throw new PdfnetError('ERR_INPUT_READ', `${path} cannot be read: ${(cause as Error).message}`, { cause })
  } finally {
    await handle.close()
  }
}
