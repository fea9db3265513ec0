/** The frames of a video file: decoded by ffmpeg to upright RGB, each with its timestamp. */

import { Readable } from 'node:stream'
import { aborted, PdfnetError } from '../errors.js'
import { FrameMemory, type RawFrame } from '../matting/index.js'
import { damageOf } from './damage.js'
import { decodeArguments, type DecodeOptions } from './decode-arguments.js'
import type { VideoInfo } from './probe.js'
import { FfmpegProcess } from './process.js'
import type { Programs } from './programs.js'
import { TickReader } from './ticks.js'
import { Watchdog } from './watchdog.js'
import { WholeFrames } from './whole-frames.js'

const keptFrames = 16

/**
 * Pictures that are read before the first of them is asked for. FFmpeg now and then writes some before the line of the
 * first, and waits until they are read: four at most were seen in 159 runs.
 */
const mostAhead = 4

export class Decoder {
  /** What was wrong with the file, as ffmpeg put it; known once all frames were read. */
  damage: readonly string[] = []
  /** Timestamp of the first frame that was of another size than the first, and was scaled to it. */
  resizedAt: number | undefined
  /** Frames that were passed over: as many as there are, if that is less than was asked for. */
  private skipped = 0
  private readonly memory = new FrameMemory(keptFrames)

  constructor(
    private readonly programs: Programs,
    private readonly info: VideoInfo,
    private readonly options: DecodeOptions,
  ) {}

  /**
   * Timestamps are in ticks of the file's time base, from the start of what is decoded. A damaged file gives what can
   * be decoded of it. Rejects with ERR_INPUT_STALLED, ERR_INPUT_NO_VIDEO, ERR_INPUT_CORRUPT, ERR_FFMPEG_MISSING or
   * ERR_ABORTED.
   */
  async *frames(): AsyncGenerator<RawFrame, void, undefined> {
    const { signal, limits, skip = 0 } = this.options
    const ffmpeg = new FfmpegProcess(this.programs.ffmpeg, decodeArguments(this.info, this.options))
    const stop = (): void => ffmpeg.kill()
    const watchdog = new Watchdog(limits.stall, stop)
    signal?.addEventListener('abort', stop, { once: true })
    if (signal?.aborted) stop()
    let count = 0
    try {
      for await (const frame of this.read(ffmpeg, watchdog, skip)) {
        count += 1
        yield frame
      }
      const { status, said: lines } = await ffmpeg.ended
      if (signal?.aborted) throw aborted(signal)
      if (watchdog.hasStalled) throw stalled(this.info.path, limits.stall)
      this.damage = damageOf(lines)
      if (count + this.skipped === 0) throw this.nothing(status === 0, lines)
      if (status !== 0 && this.damage.length === 0) this.damage = ['ffmpeg ended before the file did']
    } finally {
      signal?.removeEventListener('abort', stop)
      watchdog.rest()
      ffmpeg.kill()
      await ffmpeg.ended
    }
  }

  /** Whoever read a frame is done with it: its data is detached. */
  recycle({ data }: RawFrame): void {
    this.memory.give(data as Uint8Array<ArrayBuffer>)
  }

  /** Why there is no frame. */
  private nothing(wentWell: boolean, lines: readonly string[]): PdfnetError {
    const { start, duration, fps } = this.options
    const { path } = this.info
    const isPart = [start, duration, fps].some((one) => one !== undefined)
    if (isPart && wentWell && this.damage.length === 0) {
      const remedy = 'Begin earlier, take more of it, or give a higher rate'
      return new PdfnetError('ERR_INPUT_NO_VIDEO', `no frame of ${path} lies in the span that was asked for`, {
        remedy,
      })
    }
    const said = this.damage.length > 0 ? this.damage : lines
    const cause = said.length > 0 ? new Error(said.join('\n')) : undefined
    return new PdfnetError('ERR_INPUT_NO_VIDEO', `no frame of ${path} could be decoded`, { cause })
  }

  /** Each line of times belongs to a picture; of those that are skipped there is the line alone. */
  private async *read(
    ffmpeg: FfmpegProcess,
    watchdog: Watchdog,
    skip: number,
  ): AsyncGenerator<RawFrame, void, undefined> {
    const { width, height } = this.info
    ffmpeg.input.end()
    const ticks = new TickReader(ffmpeg.sideOutput)
    const ahead = Readable.from(this.pictures(ffmpeg.output, watchdog), { highWaterMark: mostAhead })
    const pictures = ahead[Symbol.asyncIterator]() as AsyncIterator<Uint8Array, undefined>
    const take = (): ReturnType<typeof pictures.next> => {
      const picture = pictures.next()
      // It is awaited below, unless times end before it comes.
      picture.catch(() => undefined)
      return picture
    }
    let next = take()
    let size: string | undefined
    try {
      for (;;) {
        watchdog.watch()
        const tick = await ticks.next()
        if (tick === undefined) break
        size ??= tick.size
        if (tick.size !== size) this.resizedAt ??= tick.time
        if (this.skipped < skip) {
          this.skipped += 1
          continue
        }
        const { value: data } = await next
        if (data === undefined) break
        watchdog.rest()
        yield { data, width, height, format: 'rgb24', timestamp: tick.time }
        next = take()
      }
    } finally {
      ahead.destroy()
      ffmpeg.sideOutput.destroy()
    }
  }

  private async *pictures(output: Readable, watchdog: Watchdog): AsyncGenerator<Uint8Array, void, undefined> {
    const whole = new WholeFrames(this.memory, 3 * this.info.width * this.info.height)
    for await (const chunk of output as AsyncIterable<Buffer>) {
      watchdog.feed()
      yield* whole.of(chunk)
    }
  }
}

function stalled(path: string, seconds: number): PdfnetError {
  return new PdfnetError('ERR_INPUT_STALLED', `${path} gave no frame for ${seconds} s`, { details: { seconds } })
}
