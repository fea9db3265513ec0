/** A state dict in a file: names, types and shapes at once, tensors when they are asked for. */

import { PdfnetError, badArgument } from '../errors.js'
import { byteLength, type DType, type Shape, type Tensor } from '../tensor.js'
import { gatherInThread } from './gather-thread.js'
import { isContiguous, spanBytes, type StoredTensor } from './layout.js'
import { limits } from './limits.js'
import { inFile, quoted, refused } from './problems.js'
import type { Source } from './source.js'

/** PyTorch's zip format, its format before version 1.6, and safetensors. */
export type CheckpointFormat = 'pytorch' | 'pytorch-legacy' | 'safetensors'

/** Part of a file: absolute path with links resolved, bytes. */
export interface FileRange {
  readonly path: string
  readonly offset: number
  readonly length: number
}

export interface TensorEntry {
  readonly dtype: DType
  readonly shape: Shape
  /** Where its bytes lie just as `Checkpoint.tensor` would give them; absent where they are strided. */
  readonly range?: FileRange
}

/** An open file: `close` it. Nothing of it but names, types and shapes is in memory. */
export class Checkpoint {
  /** By name, in the order of the file; wrappers (`state_dict`, `model`, `module.`) are gone. */
  readonly entries: ReadonlyMap<string, TensorEntry>

  constructor(
    readonly format: CheckpointFormat,
    private readonly source: Source,
    private readonly stored: ReadonlyMap<string, StoredTensor>,
  ) {
    this.entries = new Map([...stored].map(([name, tensor]) => [name, entryOf(tensor, source.path)]))
  }

  /** Absolute, links resolved. */
  get path(): string {
    return this.source.path
  }

  /**
   * Reads one tensor, in C order. Rejects with ERR_ARGUMENT where there is none of that name, ERR_CHECKPOINT_FORMAT
   * where the file has become shorter, ERR_CHECKPOINT_REFUSED at 4 GiB and above, ERR_INPUT_READ, ERR_MEMORY,
   * ERR_ABORTED or ERR_DISPOSED.
   */
  async tensor(name: string): Promise<Tensor> {
    const stored = this.find(name)
    const { dtype, shape, offset } = stored
    try {
      const span = spanBytes(stored)
      const bytes = byteLength(dtype, shape)
      if (Math.max(span, bytes) > limits.wholeBytes) {
        throw refused(`tensor ${quoted(name)} spans ${span} bytes, expected less than 4 GiB`)
      }
      const read = await this.source.read(offset, span, `tensor ${quoted(name)}`)
      const data = isContiguous(stored)
        ? read
        : await gatherInThread(read as Buffer<ArrayBuffer>, stored, this.source.signal)
      return { dtype, shape, data }
    } catch (error) {
      throw this.named(error)
    }
  }

  /** The same bytes in order, a few MiB at a time; a strided tensor comes whole. */
  async *pieces(name: string): AsyncGenerator<Uint8Array> {
    const stored = this.find(name)
    if (!isContiguous(stored)) {
      yield (await this.tensor(name)).data
      return
    }
    try {
      yield* this.source.pieces(stored.offset, byteLength(stored.dtype, stored.shape), `tensor ${quoted(name)}`)
    } catch (error) {
      throw this.named(error)
    }
  }

  /** Reads that are under way reject with ERR_DISPOSED. */
  close(): Promise<void> {
    return this.source.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  private find(name: string): StoredTensor {
    const stored = this.stored.get(name)
    if (!stored) throw badArgument('name', `the name of a tensor of ${this.path}`, name)
    return stored
  }

  private named(error: unknown): unknown {
    return error instanceof PdfnetError && error.code !== 'ERR_ABORTED' ? inFile(this.path, error) : error
  }
}

function entryOf(tensor: StoredTensor, path: string): TensorEntry {
  const { dtype, shape, offset } = tensor
  return { dtype, shape, ...(isContiguous(tensor) && { range: { path, offset, length: byteLength(dtype, shape) } }) }
}
