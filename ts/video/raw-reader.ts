/** Raw frames from a pipe: a header, and then one frame after the other. */

import type { Readable } from 'node:stream'
import { PdfnetError } from '../errors.js'
import { FrameMemory, type RawFrame } from '../matting/index.js'
import { longestHeader, parseRawHeader, rawFrameBytes, wrong, type RawHeader } from './raw-header.js'
import type { VideoLimits } from './trust.js'
import { WholeFrames } from './whole-frames.js'

const keptFrames = 16
const lineEnd = 0x0a

export class RawReader {
  /** What was wrong with the end of it; known once all frames were read. */
  damage: readonly string[] = []
  private readonly memory = new FrameMemory(keptFrames)

  private constructor(
    readonly header: RawHeader,
    private readonly chunks: AsyncIterator<Buffer>,
    /** What came with the header. */
    private rest: Buffer,
  ) {}

  /** Rejects with ERR_INPUT_FORMAT, ERR_INPUT_LIMIT or ERR_INPUT_READ. */
  static async open(input: Readable, limits: VideoLimits): Promise<RawReader> {
    const chunks = (input as AsyncIterable<Buffer>)[Symbol.asyncIterator]()
    let begun = Buffer.alloc(0)
    for (;;) {
      const chunk = await nextOf(chunks)
      if (!chunk) throw wrong('a line', begun.length === 0 ? undefined : begun.toString('latin1'))
      begun = Buffer.concat([begun, chunk])
      const end = begun.subarray(0, longestHeader).indexOf(lineEnd)
      if (end < 0 && begun.length < longestHeader) continue
      if (end < 0) throw wrong(`a line of at most ${longestHeader} bytes`, begun.toString('latin1', 0, 40))
      const header = parseRawHeader(begun.toString('utf8', 0, end), limits)
      return new RawReader(header, chunks, begun.subarray(end + 1))
    }
  }

  /** Timestamps count frames. Rejects with ERR_INPUT_READ. */
  async *frames(): AsyncGenerator<RawFrame, void, undefined> {
    const { width, height, format, matrix, range } = this.header
    const bytes = rawFrameBytes(this.header)
    let timestamp = 0
    const whole = new WholeFrames(this.memory, bytes)
    for (let chunk: Buffer | undefined = this.rest; chunk; chunk = await nextOf(this.chunks)) {
      for (const data of whole.of(chunk)) {
        yield { data, width, height, format, timestamp, ...(matrix && { matrix }), ...(range && { range }) }
        timestamp += 1
      }
    }
    if (whole.begun > 0) this.damage = [`the last frame has ${whole.begun} of ${bytes} bytes, and was left out`]
  }

  /** Whoever read a frame is done with it: its data is detached. */
  recycle({ data }: RawFrame): void {
    this.memory.give(data as Uint8Array<ArrayBuffer>)
  }
}

async function nextOf(chunks: AsyncIterator<Buffer>): Promise<Buffer | undefined> {
  try {
    const result: IteratorResult<Buffer, unknown> = await chunks.next()
    return result.done === true ? undefined : result.value
  } catch (cause) {
    throw new PdfnetError('ERR_INPUT_READ', `the raw frames could not be read: ${(cause as Error).message}`, { cause })
  }
}
