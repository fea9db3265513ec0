/** A video file in the making: ffmpeg takes raw frames from a pipe, with their timestamps. */

import { setTimeout as sleep } from 'node:timers/promises'
import { PdfnetError } from '../errors.js'
import { encodeArguments, hasSound, type EncodeOptions } from './encode-arguments.js'
import { bytesPerPixel, matroskaFrame, matroskaHeader } from './matroska.js'
import type { VideoInfo } from './probe.js'
import { FfmpegProcess, type Ending } from './process.js'
import type { Programs } from './programs.js'
import { Watchdog } from './watchdog.js'

/** Milliseconds in which what was written before an interruption is encoded. */
const [longestWait, step] = [2000, 50]
/** Milliseconds from one look at an encoder that finishes to the next. */
const lookEvery = 200

export class Encoder {
  private readonly ffmpeg: FfmpegProcess
  private readonly watchdog: Watchdog
  private isInterrupted = false
  private written = 0
  /** Frames that were encoded, as it says ten times a second. */
  private encoded = 0

  /** @param first the first frame's timestamp, in ticks */
  constructor(
    { ffmpeg }: Programs,
    private readonly info: VideoInfo,
    private readonly options: EncodeOptions,
    private readonly first: number,
    stall: number,
  ) {
    const { frameRate, width, height } = info
    const frameDuration = frameRate && (1e6 * frameRate.den) / frameRate.num
    this.ffmpeg = new FfmpegProcess(ffmpeg, encodeArguments(info, options, first))
    this.watchdog = new Watchdog(stall, () => this.ffmpeg.kill())
    this.ffmpeg.output.setEncoding('latin1').on('data', (text: string) => {
      const [, frames] = [...text.matchAll(/^frame=\s*(\d+)/gm)].at(-1) ?? []
      this.encoded = Number(frames ?? this.encoded)
    })
    this.ffmpeg.sideOutput.resume()
    this.ffmpeg.input.write(matroskaHeader({ pixels: options.pixels, width, height, frameDuration }))
  }

  /**
   * Resolves when ffmpeg has taken the frame, whose data is not looked at any more. Rejects with ERR_OUTPUT_WRITE.
   * @param ticks its timestamp
   */
  async write(data: Uint8Array, ticks: number): Promise<void> {
    const { width, height } = this.info
    const { num, den } = this.options.ticks
    const bytes = width * height * bytesPerPixel[this.options.pixels]
    if (data.byteLength !== bytes) throw new PdfnetError('ERR_INTERNAL', `a frame has ${data.byteLength} bytes`)
    const microseconds = Math.round(((ticks - this.first) * num * 1e6) / den)
    this.ffmpeg.input.write(matroskaFrame(microseconds, bytes))
    this.watchdog.watch()
    const isTaken = await this.ffmpeg.take(data)
    this.watchdog.rest()
    if (!isTaken) throw this.failure(await this.ffmpeg.ended)
    this.written += 1
  }

  /** Resolves when the file is whole. Rejects with ERR_OUTPUT_WRITE. */
  async finish(): Promise<void> {
    this.ffmpeg.input.end()
    const ending = await this.finished()
    // ffmpeg ends well although it could not write the trailer: what it says tells.
    if (ending.status !== 0 || ending.said.some(isWriteError)) throw this.failure(ending)
  }

  /**
   * What was written so far becomes a whole file, without more of the sound, which its end alone would bring.
   * @returns whether there is any of it
   */
  async interrupt(): Promise<boolean> {
    this.isInterrupted = true
    const isSilent = !hasSound(this.info, this.options)
    if (!isSilent) {
      for (let wait = 0; wait < longestWait && this.encoded < this.written; wait += step) {
        await Promise.race([sleep(step), this.ffmpeg.ended])
      }
      this.ffmpeg.interrupt()
    }
    this.ffmpeg.input.end()
    await this.finished()
    return !this.watchdog.hasStalled && (isSilent || this.encoded > 0)
  }

  /** Ends it, whatever becomes of the file. */
  async abandon(): Promise<void> {
    this.watchdog.rest()
    if (!this.isInterrupted) this.ffmpeg.kill()
    await this.ffmpeg.ended
  }

  /**
   * How it ended: what it still has to encode, or a large file's index, may take it long, but not while it does nothing.
   */
  private async finished(): Promise<Ending> {
    let before = ''
    this.watchdog.watch()
    const looking = setInterval(() => {
      void this.ffmpeg.effort().then((now) => {
        if (now !== before) this.watchdog.feed()
        before = now
      })
    }, lookEvery)
    const ending = await this.ffmpeg.ended
    clearInterval(looking)
    this.watchdog.rest()
    return ending
  }

  private failure({ said, status, signal }: Ending): PdfnetError {
    const ended = status === 0 ? 'could not finish it' : `ended with ${status ?? signal ?? 'an error'}`
    const how = this.watchdog.hasStalled ? 'did nothing for too long' : ended
    return new PdfnetError('ERR_OUTPUT_WRITE', `${this.options.output} could not be written: ffmpeg ${how}`, {
      cause: new Error(
        said.find(isWriteError) ?? said.find((line) => /error/i.test(line)) ?? said.at(-1) ?? 'ffmpeg said nothing',
      ),
      details: { said },
    })
  }
}

function isWriteError(line: string): boolean {
  return /No space left|Error writing|Input\/output error|Read-only file system|File too large/.test(line)
}
