/** A video that is written in segments, so that a job that was interrupted goes on after the last whole one. */

import { mkdir, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { PdfnetError } from '../errors.js'
import type { Codec } from './codecs.js'
import type { EncodeOptions } from './encode-arguments.js'
import { Encoder } from './encode.js'
import type { BandSums } from './flicker.js'
import type { VideoInfo } from './probe.js'
import type { Programs } from './programs.js'
import { joinSegments, segmentMuxer, segmentName } from './segments-join.js'
import {
  addToManifest,
  beginManifest,
  changeOf,
  manifestName,
  readManifest,
  type Making,
  type Segment,
} from './segments-manifest.js'

/** Seconds of a segment: what is done again at most. */
const segmentSeconds = 5

/** Their containers can be joined. */
const muxers = ['mov', 'mp4', 'matroska', 'webm']

/** What is in a folder of ours, and nothing else. */
const ownName = /^(\d{6,}(\.partial)?\.(webm|mkv|mp4|mov)|manifest\.jsonl(\.partial)?|list\.ffconcat)$/

export interface SegmentOptions {
  readonly programs: Programs
  readonly info: VideoInfo
  /** Of the whole video. */
  readonly encoding: EncodeOptions
  readonly making: Making
  /** Absolute: of the finished video, beside which they lie. */
  readonly output: string
  /** Seconds. */
  readonly stall: number
  readonly fps: number | undefined
}

/** Throws ERR_OUTPUT_FORMAT. */
export function checkSegments({ name, muxer }: Codec): void {
  if (muxers.includes(muxer)) return
  throw new PdfnetError('ERR_OUTPUT_FORMAT', `${name} cannot be written in segments`, {
    remedy: 'Leave out resume, or use .webm, .mov, .mkv or .mp4',
  })
}

export class Segments {
  /** Frames of a segment, but for the last one. */
  readonly length: number
  private readonly whole: Segment[]
  private current: { readonly encoder: Encoder; readonly first: number; frames: number } | undefined

  private constructor(
    private readonly folder: string,
    private readonly options: SegmentOptions,
    whole: readonly Segment[],
    /** Why what an earlier run did is not gone on with. */
    readonly note: string | undefined,
  ) {
    this.length = lengthOf(options)
    this.whole = [...whole]
  }

  /** Finds what an earlier run with the same making finished. Rejects with ERR_OUTPUT_CLASH or ERR_OUTPUT_WRITE. */
  static async open(options: SegmentOptions): Promise<Segments> {
    const { making, output } = options
    const folder = `${output}.segments`
    await makeFolder(folder)
    const found = await readManifest(folder)
    const change = found && changeOf(found.making, making)
    const kept = found && change === undefined ? await wholeOf(folder, found.segments, options) : []
    await unlessWritable(folder, async () => {
      await clear(
        folder,
        kept.map((_, index) => segmentName(options.encoding.codec, index)),
      )
      await beginManifest(folder, { making, segments: kept })
    })
    const note = change && `it began anew, as ${change} since the segments in ${folder} were written`
    return new Segments(folder, options, kept, note)
  }

  /** Frames in whole segments. */
  get frames(): number {
    return this.whole.reduce((sum, { frames }) => sum + frames, 0)
  }

  /** Timestamp of the video's first frame in ticks, once there is one. */
  get first(): number | undefined {
    return (this.whole[0] ?? this.current)?.first
  }

  /** Of the frames in whole segments. */
  get band(): BandSums | undefined {
    return this.whole.at(-1)?.band
  }

  /**
   * Resolves when ffmpeg has taken the frame, whose data is not looked at any more, and its segment is whole if it was the
   * last one of it. Rejects with ERR_OUTPUT_WRITE.
   * @param band up to and with this frame
   */
  async write(data: Uint8Array, ticks: number, band: BandSums): Promise<void> {
    const current = (this.current ??= { encoder: this.begin(ticks), first: ticks, frames: 0 })
    await current.encoder.write(data, ticks)
    current.frames += 1
    if (current.frames === this.length) await this.end(band)
  }

  /** Makes one file of them, and removes them. Rejects with ERR_OUTPUT_WRITE or ERR_ABORTED; they stay then. */
  async finish(band: BandSums, signal: AbortSignal | undefined): Promise<void> {
    const { programs, info, encoding, stall } = this.options
    await this.end(band)
    await joinSegments(programs, info, this.folder, this.whole, encoding, { stall, signal })
  }

  /** Once the joined file is in its place. */
  async remove(): Promise<void> {
    await clear(this.folder, [])
    await rm(join(this.folder, manifestName), { force: true })
    // What somebody else put there stays, and its folder with it.
    await rmdir(this.folder).catch(() => undefined)
  }

  /** Ends the segment under way, which the next run makes again. */
  async abandon(): Promise<void> {
    await this.current?.encoder.abandon()
    this.current = undefined
  }

  private begin(first: number): Encoder {
    const { programs, info, encoding, stall } = this.options
    const codec = { ...encoding.codec, muxer: segmentMuxer(encoding.codec), sound: undefined }
    return new Encoder(programs, info, { ...encoding, codec, output: this.partial }, first, stall)
  }

  private async end(band: BandSums): Promise<void> {
    const { current } = this
    if (!current) return
    this.current = undefined
    await current.encoder.finish()
    await unlessWritable(this.folder, async () => {
      const bytes = await settle(this.partial)
      await rename(this.partial, join(this.folder, segmentName(this.options.encoding.codec, this.whole.length)))
      const segment = { frames: current.frames, bytes, first: current.first, band }
      await addToManifest(this.folder, segment)
      this.whole.push(segment)
    })
  }

  private get partial(): string {
    return join(this.folder, segmentName(this.options.encoding.codec, this.whole.length, '.partial'))
  }
}

function lengthOf({ info: { frameRate }, fps }: SegmentOptions): number {
  const rate = fps ?? (frameRate ? frameRate.num / frameRate.den : 25)
  return Math.max(1, Math.ceil(segmentSeconds * rate))
}

async function makeFolder(folder: string): Promise<void> {
  await unlessWritable(folder, () => mkdir(folder, { recursive: true }))
  const names = await readdir(folder)
  const other = names.find((name) => !ownName.test(name))
  if (other === undefined) return
  throw new PdfnetError('ERR_OUTPUT_CLASH', `${folder} is where segments are written, and it holds ${other}`, {
    remedy: 'Move that folder away, or name another output',
  })
}

/** Those from the beginning that are there as they were written. */
async function wholeOf(
  folder: string,
  segments: readonly Segment[],
  options: SegmentOptions,
): Promise<readonly Segment[]> {
  const { codec } = options.encoding
  const length = lengthOf(options)
  const sizes = await Promise.all(segments.map((_, index) => sizeOf(join(folder, segmentName(codec, index)))))
  const end = segments.findIndex(({ bytes }, index) => bytes !== sizes[index])
  const whole = end < 0 ? segments : segments.slice(0, end)
  // A shorter one was the last of the video, and is made again if anything of it is: its frames are few.
  const short = whole.findIndex(({ frames }) => frames !== length)
  return short < 0 || short === whole.length - 1 ? whole : whole.slice(0, short)
}

function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ size }) => size,
    () => undefined,
  )
}

/** Removes all of ours but the manifest and those. */
async function clear(folder: string, kept: readonly string[]): Promise<void> {
  const stays = new Set([manifestName, ...kept])
  const names = (await readdir(folder)).filter((name) => ownName.test(name) && !stays.has(name))
  for (const name of names) await rm(join(folder, name), { force: true })
}

/** Its bytes, once the disk has them: a line of the manifest must not outlive what it tells of. */
async function settle(path: string): Promise<number> {
  const file = await open(path, 'r')
  try {
    await file.datasync()
    return (await file.stat()).size
  } finally {
    await file.close()
  }
}

async function unlessWritable(folder: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (cause) {
    throw new PdfnetError('ERR_OUTPUT_WRITE', `segments cannot be written to ${folder}`, { cause })
  }
}
