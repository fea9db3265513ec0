/** One connection to where live video goes: ffmpeg encodes and sends what it is given. */

import { createInterface } from 'node:readline'
import { PdfnetError } from '../errors.js'
import {
  bytesPerPixel,
  FfmpegProcess,
  matroskaFrame,
  matroskaHeader,
  matroskaSound,
  Watchdog,
  type Pixels,
  type Programs,
  type VideoInfo,
} from '../video/index.js'
import { egressArguments, type EgressOptions } from './egress-arguments.js'
import type { OutputEndpoint } from './endpoint.js'

/** Bytes of sound that may wait for an encoder that takes nothing: some seconds. */
const mostWaiting = 2 ** 20
/** Lines that tell why it ended: what was wrong comes before what follows from it. */
const mostSaid = 3

export class Egress {
  private readonly ffmpeg: FfmpegProcess
  private readonly watchdog: Watchdog
  private readonly bytes: number
  private encoded = 0
  private waitingSound = 0

  /** @param stall seconds that a frame may take to be taken */
  constructor(
    { ffmpeg }: Programs,
    private readonly output: OutputEndpoint,
    info: VideoInfo,
    pixels: Pixels,
    options: EgressOptions,
    private readonly stall: number,
  ) {
    const { width, height, frameRate } = info
    this.bytes = width * height * bytesPerPixel[pixels]
    this.ffmpeg = new FfmpegProcess(ffmpeg, egressArguments(output, info, options))
    this.watchdog = new Watchdog(stall, () => this.ffmpeg.kill())
    this.ffmpeg.output.resume()
    this.ffmpeg.soundOutput.resume()
    createInterface({ input: this.ffmpeg.sideOutput }).on('line', (line) => this.listen(line))
    const frameDuration = frameRate && (1e6 * frameRate.den) / frameRate.num
    this.hasSound = info.audio.length > 0 && !output.isRaw
    this.ffmpeg.input.write(matroskaHeader({ pixels, width, height, frameDuration, hasSound: this.hasSound }))
  }

  private readonly hasSound: boolean

  /** Whether it was reached: frames that were encoded went there. */
  get isReached(): boolean {
    return this.encoded > 0
  }

  /**
   * Resolves when ffmpeg has taken the frame, whose data is not looked at any more. Rejects with ERR_OUTPUT_WRITE.
   * @param time µs
   */
  async write(data: Uint8Array, time: number): Promise<void> {
    if (data.byteLength !== this.bytes) throw new PdfnetError('ERR_INTERNAL', `a frame has ${data.byteLength} bytes`)
    this.ffmpeg.input.write(matroskaFrame(time, this.bytes))
    this.watchdog.watch()
    const isTaken = await this.ffmpeg.take(data)
    this.watchdog.rest()
    if (!isTaken) throw await this.failure()
  }

  /** Sound that finds no room is left out: silence takes its place. */
  sound(samples: Buffer, time: number): void {
    if (!this.hasSound || this.waitingSound + samples.length > mostWaiting) return
    this.waitingSound += samples.length
    this.ffmpeg.input.write(matroskaSound(time, samples.length))
    this.ffmpeg.input.write(samples, () => (this.waitingSound -= samples.length))
  }

  /** Resolves when all was sent. Rejects with ERR_OUTPUT_WRITE. */
  async finish(): Promise<void> {
    this.watchdog.watch()
    this.ffmpeg.input.end()
    const { status } = await this.ffmpeg.ended
    this.watchdog.rest()
    if (status !== 0) throw await this.failure()
  }

  async abandon(): Promise<void> {
    this.watchdog.rest()
    this.ffmpeg.kill()
    await this.ffmpeg.ended
  }

  private listen(line: string): void {
    const [, frames] = /^frame=\s*(\d+)/.exec(line) ?? []
    if (frames !== undefined) this.encoded = Number(frames)
  }

  private async failure(): Promise<PdfnetError> {
    const { said, status, signal } = await this.ffmpeg.ended
    const how = this.watchdog.hasStalled
      ? `took no frame for ${this.stall} s`
      : `ended with ${status ?? signal ?? 'an error'}`
    const { name, secrets, isFile } = this.output
    const why = said.length === 0 ? 'ffmpeg said nothing' : said.slice(-mostSaid).join('; ')
    return new PdfnetError('ERR_OUTPUT_WRITE', `${name} could not be written: ffmpeg ${how}`, {
      cause: new Error(secrets.hide(why)),
      ...(!isFile && { remedy: 'Check the address, and that what it names is there and takes streams' }),
    })
  }
}
