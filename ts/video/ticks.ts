/** The frames' timestamps, as ffmpeg writes them beside raw frames in the format `framecrc`. */

import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

export class TickReader {
  private readonly lines: AsyncIterator<string>

  constructor(stream: Readable) {
    this.lines = createInterface({ input: stream, crlfDelay: Infinity })[Symbol.asyncIterator]()
  }

  /** In ticks of the encoder's time base, in the order of the frames; undefined after the last. */
  async next(): Promise<number | undefined> {
    for (;;) {
      const line: IteratorResult<string, unknown> = await this.lines.next()
      if (line.done === true) return undefined
      // Stream, decoding time, presentation time, duration, bytes, checksum; other lines begin with #.
      const [, , time] = line.value.split(',')
      if (time !== undefined && !line.value.startsWith('#')) return Number(time)
    }
  }
}
