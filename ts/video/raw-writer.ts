/** Raw frames to a pipe, whose reader sets the pace and may go away. */

import { WriteStream } from 'node:fs'
import { Socket } from 'node:net'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { PdfnetError } from '../errors.js'

export class RawWriter {
  /** Pipes and files have taken what they say they have; streams within the process may still hold it. */
  private readonly isOutside: boolean
  private readonly ignore = (): void => undefined

  constructor(private readonly output: Writable) {
    this.isOutside = output instanceof Socket || output instanceof WriteStream
    // Each write tells of its own error.
    output.on('error', this.ignore)
  }

  /**
   * Resolves when the data has been taken and is not looked at any more: with false where nobody reads any longer.
   * Rejects with ERR_OUTPUT_WRITE.
   */
  async write(data: string | Uint8Array): Promise<boolean> {
    const chunk = this.isOutside ? data : Buffer.from(data)
    const error = await new Promise<Error | null | undefined>((resolve) => this.output.write(chunk, resolve))
    if (!error) return true
    const { code = '' } = error as NodeJS.ErrnoException
    if (['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END'].includes(code)) return false
    throw new PdfnetError('ERR_OUTPUT_WRITE', `the raw frames could not be written: ${error.message}`, { cause: error })
  }

  /** Standard output stays open, as it is the process's. */
  async end(): Promise<void> {
    if (this.output === process.stdout || this.output.destroyed) return
    this.output.end()
    await finished(this.output, { readable: false }).catch(() => undefined)
  }

  release(): void {
    this.output.off('error', this.ignore)
  }
}
