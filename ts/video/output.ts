/** The file that matted frames become: written as a whole, or in segments that a later run can go on with. */

import type { Matting } from '../matting/index.js'
import type { EncodeOptions } from './encode-arguments.js'
import { Encoder } from './encode.js'
import type { BandSums } from './flicker.js'
import type { VideoOptions } from './options.js'
import type { VideoInfo } from './probe.js'
import type { Programs } from './programs.js'
import { makingOf } from './segments-manifest.js'
import { Segments } from './segments.js'
import type { Target } from './target.js'

export interface Output {
  /** Frames that an earlier run wrote, and the sums of their static band. */
  readonly done: number
  readonly band: BandSums | undefined
  /** Timestamp of the video's first frame in ticks, once there is one. */
  readonly first: number | undefined
  /** At every so many frames nothing of the frames before may count. */
  readonly borders: number | undefined
  readonly notes: readonly string[]
  /**
   * Resolves when the frame's data is not looked at any more. Rejects with ERR_OUTPUT_WRITE.
   * @param band sums up to and with this frame
   */
  write(data: Uint8Array, ticks: number, band: BandSums): Promise<void>
  /** Resolves when the file is whole and in its place. Rejects with ERR_OUTPUT_WRITE or ERR_ABORTED. */
  finish(band: BandSums): Promise<void>
  /** After an error, or an abort. */
  stop(isAborted: boolean): Promise<void>
}

export interface OutputOptions {
  readonly programs: Programs
  readonly info: VideoInfo
  readonly encoding: EncodeOptions
  readonly target: Target
  /** Seconds. */
  readonly stall: number
}

/** Rejects with ERR_OUTPUT_CLASH or ERR_OUTPUT_WRITE. */
export async function openOutput(
  options: OutputOptions,
  { fingerprint = '' }: Partial<Pick<Matting, 'fingerprint'>>,
  video: VideoOptions,
): Promise<Output> {
  if (video.resume !== true) return new WholeOutput(options)
  const { info, encoding, target } = options
  const making = await makingOf(info.path, fingerprint, encoding.encoder, video)
  const segments = await Segments.open({ ...options, making, output: target.path, fps: video.fps })
  return new SegmentedOutput(segments, target, video.signal)
}

/** Begins with its first frame; after an abort it holds those that were done. */
export class WholeOutput implements Output {
  readonly done = 0
  readonly band = undefined
  readonly borders = undefined
  readonly notes = []
  first: number | undefined
  private encoder: Encoder | undefined
  private hasFrames = false

  constructor(private readonly options: OutputOptions) {}

  async write(data: Uint8Array, ticks: number): Promise<void> {
    const { programs, info, encoding, stall } = this.options
    this.first ??= ticks
    this.encoder ??= new Encoder(programs, info, encoding, ticks, stall)
    await this.encoder.write(data, ticks)
    this.hasFrames = true
  }

  async finish(): Promise<void> {
    const { target } = this.options
    await this.encoder?.finish()
    await target.keep()
    await target.release()
  }

  /** The frames that were done before an abort become a whole file; after an error there is none. */
  async stop(isAborted: boolean): Promise<void> {
    const { target } = this.options
    if (isAborted && this.encoder && this.hasFrames) {
      const isAny = await this.encoder.interrupt()
      if (isAny) await target.keep().catch(() => undefined)
      await target.discard()
    } else {
      await this.encoder?.abandon()
      await target.discard()
    }
  }
}

class SegmentedOutput implements Output {
  readonly done: number
  readonly band: BandSums | undefined
  readonly borders: number
  readonly notes: readonly string[]

  constructor(
    private readonly segments: Segments,
    private readonly target: Target,
    private readonly signal: AbortSignal | undefined,
  ) {
    this.done = segments.frames
    this.band = segments.band
    this.borders = segments.length
    const { note } = segments
    this.notes = [
      ...(note === undefined ? [] : [note]),
      ...(this.done > 0 ? [`its first ${this.done} frames are an earlier run's`] : []),
    ]
  }

  get first(): number | undefined {
    return this.segments.first
  }

  write(data: Uint8Array, ticks: number, band: BandSums): Promise<void> {
    return this.segments.write(data, ticks, band)
  }

  async finish(band: BandSums): Promise<void> {
    await this.segments.finish(band, this.signal)
    await this.target.keep()
    await this.segments.remove()
    await this.target.release()
  }

  async stop(): Promise<void> {
    await this.segments.abandon()
    await this.target.discard()
  }
}
