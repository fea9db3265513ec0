/** The frames of a video file: decoded by ffmpeg to upright RGB, each with its timestamp. */

import { once } from 'node:events'
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

  private async *read(
    ffmpeg: FfmpegProcess,
    watchdog: Watchdog,
    skip: number,
  ): AsyncGenerator<RawFrame, void, undefined> {
    const { width, height } = this.info
    const ticks = new TickReader(ffmpeg.sideOutput)
    ffmpeg.input.end()
    let size: string | undefined
    watchdog.watch()
    for (; this.skipped < skip; this.skipped++) {
      const tick = await ticks.next()
      if (tick === undefined) break
      size ??= tick.size
      if (tick.size !== size) this.resizedAt ??= tick.time
      watchdog.watch()
    }
    const whole = new WholeFrames(this.memory, 3 * width * height)
    for await (const chunk of ffmpeg.output as AsyncIterable<Buffer>) {
      for (const data of whole.of(chunk)) {
        const tick = await ticks.next()
        if (tick === undefined) return
        watchdog.rest()
        const timestamp = tick.time
        size ??= tick.size
        if (tick.size !== size) this.resizedAt ??= timestamp
        yield { data, width, height, format: 'rgb24', timestamp }
      }
      watchdog.watch()
    }
    if (!ffmpeg.sideOutput.readableEnded) await once(ffmpeg.sideOutput, 'close')
  }
}

function stalled(path: string, seconds: number): PdfnetError {
  return new PdfnetError('ERR_INPUT_STALLED', `${path} gave no frame for ${seconds} s`, { details: { seconds } })
}
