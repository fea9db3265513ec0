/** Whole frames out of the pieces in which a pipe gives them. */

import type { FrameMemory } from '../matting/index.js'

export class WholeFrames {
  private data: Uint8Array<ArrayBuffer> | undefined
  private filled = 0

  /** @param bytes of a frame */
  constructor(
    private readonly memory: FrameMemory,
    private readonly bytes: number,
  ) {}

  /** Bytes of the frame that is not whole yet. */
  get begun(): number {
    return this.filled
  }

  /** Those that became whole with this piece. */
  *of(chunk: Buffer): Generator<Uint8Array<ArrayBuffer>, void, undefined> {
    for (let at = 0; at < chunk.length;) {
      const data = (this.data ??= this.memory.take(this.bytes))
      const part = chunk.subarray(at, at + this.bytes - this.filled)
      data.set(part, this.filled)
      at += part.length
      this.filled += part.length
      if (this.filled < this.bytes) continue
      this.data = undefined
      this.filled = 0
      yield data
    }
  }
}
