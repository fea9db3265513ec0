/** Writes an ONNX file, and its external data beside it, tensor by tensor. */

import { randomBytes } from 'node:crypto'
import { open, rename, rm, type FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import { PdfnetError, throwIfAborted } from '../errors.js'
import type { Work } from '../progress.js'
import { byteLength } from '../tensor.js'
import { allBadWeights, BadWeights } from './bad-weights.js'
import { encodeFieldHead, encodeGraphHead, encodeModelHead, encodeTensorHead, type ExternalPlace } from './encode.js'
import { fieldOf } from './fields.js'
import type { Initializer, Model } from './model.js'
import { tensorPieces } from './tensor-data.js'

export interface WriteOptions {
  /**
   * Whether the large tensors go into `PATH.data`, beside the model.
   * @default only where the file would pass 2 GB, the format's limit
   */
  readonly external?: boolean
}

const maxInlineBytes = 2 ** 31 - 1
/** Of external data: a page, so that libraries can map it. */
const alignment = 4096
/** Smaller tensors stay in the model: shapes and sizes that parsers want to see. */
const minExternalBytes = 1024

/** Bytes, or a tensor whose bytes come here. */
type Piece = Uint8Array | Initializer

/**
 * Files appear whole or not at all. Rejects with ERR_OUTPUT_WRITE, ERR_ABORTED, ERR_MODEL_MISMATCH (which names every
 * weight that is not finite or that half precision cannot hold), ERR_ONNX_EXTERNAL (a source that changed), or
 * ERR_ONNX_FORMAT where the model without its external data passes 2 GB.
 */
export async function writeOnnx(
  model: Model,
  path: string,
  options: WriteOptions = {},
  work: Work = {},
): Promise<void> {
  const external = options.external ?? size(layOut(model, new Map())) > maxInlineBytes
  const dataPath = `${path}.data`
  const places = external ? place(model.graph.initializers, basename(dataPath)) : new Map<Initializer, ExternalPlace>()
  const pieces = layOut(model, places)
  const dataPieces = pad(places)
  if (size(pieces) > maxInlineBytes) {
    throw new PdfnetError(
      'ERR_ONNX_FORMAT',
      `${path} would have ${size(pieces)} bytes, expected at most ${maxInlineBytes}`,
      {
        remedy: 'Write it with external data',
      },
    )
  }

  const suffix = `.${randomBytes(6).toString('hex')}.tmp`
  const meter = new Meter(basename(path), size(pieces) + size(dataPieces), work)
  try {
    if (external) await writePieces(dataPath + suffix, dataPieces, meter)
    await writePieces(path + suffix, pieces, meter)
    if (external) {
      // An older model of that name must never be found beside the new data.
      await rm(path, { force: true })
      await rename(dataPath + suffix, dataPath)
    }
    await rename(path + suffix, path)
  } catch (cause) {
    await Promise.allSettled([rm(path + suffix, { force: true }), rm(dataPath + suffix, { force: true })])
    if (cause instanceof BadWeights) throw await allBadWeights(cause, model.graph.initializers, work.signal)
    if (cause instanceof PdfnetError) throw cause
    const reason = (cause as Error).message.replaceAll(suffix, '')
    throw new PdfnetError('ERR_OUTPUT_WRITE', `${path} could not be written: ${reason}`, { cause })
  }
}

function place(initializers: readonly Initializer[], location: string): Map<Initializer, ExternalPlace> {
  const places = new Map<Initializer, ExternalPlace>()
  let end = 0
  for (const tensor of initializers) {
    const length = byteLength(tensor.dtype, tensor.shape)
    if (length < minExternalBytes) continue
    const offset = Math.ceil(end / alignment) * alignment
    places.set(tensor, { location, offset, length })
    end = offset + length
  }
  return places
}

function pad(places: ReadonlyMap<Initializer, ExternalPlace>): Piece[] {
  let end = 0
  return [...places].flatMap(([tensor, { offset, length }]) => {
    const padding = new Uint8Array(offset - end)
    end = offset + length
    return [padding, tensor]
  })
}

/** The lengths of nested messages stand before them, so all heads are made before anything is written. */
function layOut(model: Model, places: ReadonlyMap<Initializer, ExternalPlace>): Piece[] {
  const graph: Piece[] = [encodeGraphHead(model.graph)]
  for (const tensor of model.graph.initializers) {
    const at = places.get(tensor)
    const raw = at ? undefined : byteLength(tensor.dtype, tensor.shape)
    const head = encodeTensorHead(tensor, raw, at)
    graph.push(encodeFieldHead(fieldOf.graph.initializers, head.length + (raw ?? 0)), head)
    if (!at) graph.push(tensor)
  }
  return [encodeModelHead(model), encodeFieldHead(fieldOf.model.graph, size(graph)), ...graph]
}

function size(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, piece) => sum + pieceBytes(piece), 0)
}

function pieceBytes(piece: Piece): number {
  return piece instanceof Uint8Array ? piece.length : byteLength(piece.dtype, piece.shape)
}

async function writePieces(path: string, pieces: readonly Piece[], meter: Meter): Promise<void> {
  const handle = await open(path, 'wx')
  try {
    for (const piece of pieces) {
      if (piece instanceof Uint8Array) await write(handle, piece, meter)
      else for await (const part of tensorPieces(piece)) await write(handle, part, meter)
    }
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function write(handle: FileHandle, bytes: Uint8Array, meter: Meter): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    meter.check()
    const { bytesWritten } = await handle.write(bytes, done)
    done += bytesWritten
    meter.add(bytesWritten)
  }
}

class Meter {
  #done = 0

  constructor(
    private readonly name: string,
    private readonly total: number,
    private readonly work: Work,
  ) {}

  check(): void {
    throwIfAborted(this.work.signal)
  }

  add(bytes: number): void {
    this.#done += bytes
    this.work.onProgress?.({ stage: 'write', name: this.name, done: this.#done, total: this.total })
  }
}
