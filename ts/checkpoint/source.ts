/** A checkpoint's open file: reads of exact ranges, checked against its size. */

import { constants } from 'node:fs'
import { open, realpath, type FileHandle } from 'node:fs/promises'
import { PdfnetError, throwIfAborted } from '../errors.js'
import { malformed } from './problems.js'

/** How much is read between two looks at the signal. */
const pieceBytes = 4 * 1024 * 1024

export class Source {
  private isClosed = false

  private constructor(
    /** Absolute, links resolved. */
    readonly path: string,
    readonly size: number,
    private readonly handle: FileHandle,
    readonly signal: AbortSignal | undefined,
  ) {}

  /** Rejects with ERR_INPUT_MISSING, ERR_INPUT_READ or ERR_ABORTED. */
  static async open(path: string, signal: AbortSignal | undefined): Promise<Source> {
    throwIfAborted(signal)
    let handle: FileHandle | undefined
    try {
      const real = await realpath(path)
      // Not blocking, because the name may be a pipe's.
      handle = await open(real, constants.O_RDONLY | constants.O_NONBLOCK)
      const stats = await handle.stat()
      if (!stats.isFile()) throw new Error('it is not a file')
      return new Source(real, stats.size, handle, signal)
    } catch (cause) {
      await handle?.close()
      const code = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'ERR_INPUT_MISSING' : 'ERR_INPUT_READ'
      throw new PdfnetError(code, `${path} cannot be read: ${(cause as Error).message}`, { cause })
    }
  }

  /** Exactly these bytes. Rejects as `pieces` does. */
  async read(offset: number, bytes: number, what: string): Promise<Buffer> {
    this.check(offset, bytes, what)
    const whole = Buffer.allocUnsafeSlow(bytes)
    for (let done = 0; done < bytes;) done += await this.readInto(whole, done, offset)
    return whole
  }

  /**
   * The same, a few MiB at a time. Rejects with ERR_CHECKPOINT_FORMAT where the file ends before, ERR_INPUT_READ,
   * ERR_ABORTED or, after `close`, ERR_DISPOSED.
   */
  async *pieces(offset: number, bytes: number, what: string): AsyncGenerator<Uint8Array> {
    this.check(offset, bytes, what)
    for (let done = 0; done < bytes;) {
      const piece = Buffer.allocUnsafeSlow(Math.min(pieceBytes, bytes - done))
      for (let filled = 0; filled < piece.length;) filled += await this.readInto(piece, filled, offset + done)
      yield piece
      done += piece.length
    }
  }

  /** Reads that are under way reject with ERR_DISPOSED. */
  async close(): Promise<void> {
    if (this.isClosed) return
    this.isClosed = true
    await this.handle.close()
  }

  private check(offset: number, bytes: number, what: string): void {
    if (offset + bytes <= this.size) return
    throw malformed(`it is truncated: ${what} ends at byte ${offset + bytes}, the file has ${this.size}`)
  }

  /** Reads on at `done` of `target`, whose first byte is at `offset` of the file. */
  private async readInto(target: Buffer, done: number, offset: number): Promise<number> {
    throwIfAborted(this.signal)
    if (this.isClosed) throw new PdfnetError('ERR_DISPOSED', 'the checkpoint is closed')
    const wanted = Math.min(pieceBytes, target.length - done)
    const { bytesRead } = await this.handle.read(target, done, wanted, offset + done).catch((cause: unknown) => {
      throw this.isClosed
        ? new PdfnetError('ERR_DISPOSED', 'the checkpoint is closed')
        : new PdfnetError('ERR_INPUT_READ', `it cannot be read: ${(cause as Error).message}`, { cause })
    })
    if (bytesRead === 0) throw malformed('it became shorter while it was read')
    return bytesRead
  }
}
