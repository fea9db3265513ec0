/** The frames' timestamps, as ffmpeg writes them beside raw frames in the format `framecrc`. */

import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

export interface Tick {
  /** In ticks of the encoder's time base. */
  readonly time: number
  /** Differs between frames that were of different sizes in the file. */
  readonly size: string
}

export class TickReader {
  private readonly lines: AsyncIterator<string>

  constructor(stream: Readable) {
    this.lines = createInterface({ input: stream, crlfDelay: Infinity })[Symbol.asyncIterator]()
  }

  /** In the order of the frames; undefined after the last. */
  async next(): Promise<Tick | undefined> {
    for (;;) {
      const line: IteratorResult<string, unknown> = await this.lines.next()
      if (line.done === true) return undefined
      // Stream, decoding time, presentation time, duration, bytes, checksum; other lines begin with #.
      const [, , time, , , size = ''] = line.value.split(',')
      if (time !== undefined && !line.value.startsWith('#')) return { time: Number(time), size: size.trim() }
    }
  }
}
