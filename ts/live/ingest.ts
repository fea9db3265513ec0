/** One connection to a source: ffmpeg receives and decodes, and never waits for us. */

import { frameBytes, type FrameMemory } from '../matting/index.js'
import {
  FfmpegProcess,
  rawSound,
  TickReader,
  Watchdog,
  WholeFrames,
  type Programs,
  type VideoInfo,
} from '../video/index.js'
import type { InputEndpoint } from './endpoint.js'
import { ingestArguments } from './ingest-arguments.js'

export interface IngestHandlers {
  /** @param time µs, from the connection's beginning on */
  readonly frame: (data: Uint8Array<ArrayBuffer>, time: number) => void
  readonly sound: (samples: Buffer, time: number) => void
}

/** Of one sample of each channel. */
const soundFrame = 2 * rawSound.channels

export class Ingest {
  /** Why it ended, without secrets; undefined where ffmpeg says that all is well. Never rejects. */
  readonly ended: Promise<string | undefined>
  private readonly ffmpeg: FfmpegProcess
  private readonly watchdog: Watchdog
  private readonly frames: Uint8Array<ArrayBuffer>[] = []
  private readonly times: number[] = []
  private why: string | undefined

  /** @param stall seconds without a frame after which it is ended */
  constructor(
    { ffmpeg }: Programs,
    private readonly input: InputEndpoint,
    private readonly info: VideoInfo,
    private readonly memory: FrameMemory,
    stall: number,
    private readonly handlers: IngestHandlers,
  ) {
    this.ffmpeg = new FfmpegProcess(ffmpeg, ingestArguments(input, info))
    this.watchdog = new Watchdog(stall, () => this.stop(`it gave no frame for ${stall} s`))
    this.ended = this.run()
  }

  /** @param why of what ended it, if not that nobody wants it any more */
  stop(why?: string): void {
    this.why ??= why
    this.ffmpeg.kill()
  }

  private async run(): Promise<string | undefined> {
    this.ffmpeg.input.end()
    this.watchdog.watch()
    // A pipe that breaks is told by how ffmpeg ends.
    await Promise.allSettled([this.readFrames(), this.readTimes(), this.readSound()])
    const { status, signal, said } = await this.ffmpeg.ended
    this.watchdog.rest()
    if (this.why !== undefined) return this.why
    if (status === 0) return undefined
    return this.input.secrets.hide(said.at(-1) ?? `ffmpeg ended with ${status ?? signal ?? 'an error'}`)
  }

  private async readFrames(): Promise<void> {
    const { width, height } = this.info
    const whole = new WholeFrames(this.memory, frameBytes('i420', width, height))
    for await (const chunk of this.ffmpeg.output as AsyncIterable<Buffer>) {
      for (const data of whole.of(chunk)) {
        this.frames.push(data)
        this.join()
      }
    }
  }

  private async readTimes(): Promise<void> {
    const ticks = new TickReader(this.ffmpeg.sideOutput)
    for (let tick = await ticks.next(); tick; tick = await ticks.next()) {
      this.times.push(tick.time)
      this.join()
    }
  }

  /** Neither waits for the other: ffmpeg may write two frames before the time of the first. */
  private join(): void {
    while (this.frames.length > 0 && this.times.length > 0) {
      this.watchdog.watch()
      this.handlers.frame(this.frames.shift()!, this.times.shift()!)
    }
  }

  private async readSound(): Promise<void> {
    let rest = Buffer.alloc(0)
    let before = 0
    for await (const chunk of this.ffmpeg.soundOutput as AsyncIterable<Buffer>) {
      const all = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      const whole = all.length - (all.length % soundFrame)
      rest = Buffer.from(all.subarray(whole))
      if (whole === 0) continue
      this.handlers.sound(all.subarray(0, whole), Math.round((before / rawSound.bytesPerSecond) * 1e6))
      before += whole
    }
  }
}
