/** Memory of frames that goes round: taken from a frame whose time is over, and given to the next. */

export class FrameMemory {
  private readonly free: ArrayBuffer[] = []

  /** @param most buffers that are kept for later */
  constructor(private readonly most: number) {}

  /** Contents are undefined. */
  take(bytes: number): Uint8Array<ArrayBuffer> {
    const found = this.free.findIndex(({ byteLength }) => byteLength === bytes)
    if (found >= 0) return new Uint8Array(this.free.splice(found, 1)[0]!)
    const { buffer } = Buffer.allocUnsafeSlow(bytes)
    return new Uint8Array(buffer)
  }

  /** The caller's array is detached: what still looks at it sees no bytes, rather than another frame's. */
  give({ buffer }: Uint8Array<ArrayBuffer>): void {
    // The caller has transferred it to somebody else.
    if (buffer.byteLength === 0) return
    this.free.push(structuredClone(buffer, { transfer: [buffer] }))
    if (this.free.length > this.most) this.free.shift()
  }
}
