/** Frames: raw ones as they come, and matted ones as they go. */

import { badArgument, PdfnetError } from '../errors.js'
import { largestSide } from '../models/index.js'
import { addon } from '../native.js'
import type { StageTimings } from '../runtime/index.js'
import type { FrameMemory } from './frame-memory.js'
import type { Steadiness } from './frames-steady.js'

export type FrameFormat = 'rgb24' | 'rgba' | 'nv12' | 'i420'

/** A frame as decoders give it. Its memory is lent until the matted frame's time is over. */
export interface RawFrame {
  /** Rows without gaps; of nv12 and i420 the planes one after the other, colour differences of odd sizes rounded up. */
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
  /** The alpha of rgba is not looked at. */
  readonly format: FrameFormat
  /** In the source's own unit: it is handed through. */
  readonly timestamp: number
  /** A cut that the source knows of: nothing of the frames before counts for this one. @default false */
  readonly isCut?: boolean
  /** Of nv12 and i420. @default 'bt709' from 720 rows on, 'bt601' below */
  readonly matrix?: 'bt601' | 'bt709' | 'bt2020'
  /** Of nv12 and i420. @default 'limited' */
  readonly range?: 'full' | 'limited'
}

/**
 * A matted frame. It lives until the next one is asked for: then its arrays are detached and their memory goes to other
 * frames, unless it was retained.
 */
export class Frame {
  /** Where `FrameOptions.steady` asked for it. */
  steadiness: Steadiness | undefined
  /** When its alpha was there, by `performance.now()`. */
  readonly computedAt = performance.now()
  private isRetained = false
  private joined: Promise<Uint8Array> | undefined

  constructor(
    private readonly memory: FrameMemory,
    /** From 0, in the source's order. */
    readonly index: number,
    /** What the source gave. */
    readonly source: RawFrame,
    /** Height × width × 3, sRGB; the source's own data where that is rgb24. */
    readonly rgb: Uint8Array,
    /** Height × width, 0 to 255. */
    readonly alpha: Uint8Array<ArrayBuffer>,
    readonly timings: StageTimings,
    /** Whether a scene begins with it, as far as that is looked for, or the source says so. */
    readonly isCut: boolean,
  ) {}

  get width(): number {
    return this.source.width
  }

  get height(): number {
    return this.source.height
  }

  get timestamp(): number {
    return this.source.timestamp
  }

  /** Height × width × 4, colours not multiplied by alpha; lives as long as the frame. Rejects with ERR_MEMORY. */
  rgba(): Promise<Uint8Array> {
    return (this.joined ??= this.join())
  }

  /** Keeps the frame's arrays for good; the source's data stay the source's. */
  retain(): this {
    this.isRetained = true
    return this
  }

  /** Of whoever gave the frame: its time is over. */
  async end(): Promise<void> {
    const rgba = await this.joined?.catch(() => undefined)
    if (this.isRetained) return
    for (const array of [this.alpha, this.rgb, rgba]) {
      if (array && array !== this.source.data) this.memory.give(array as Uint8Array<ArrayBuffer>)
    }
  }

  private async join(): Promise<Uint8Array> {
    const target = this.memory.take(4 * this.width * this.height)
    await addon().joinAlpha(target, this.rgb, this.alpha)
    return target
  }
}

/** The frame's samples as the engines take them. Rejects with ERR_ARGUMENT or ERR_MEMORY. */
export async function rgbOf(frame: RawFrame, memory: FrameMemory): Promise<Uint8Array> {
  const { data, width, height, format } = frame
  if (format === 'rgb24') return data
  const { matrix = height < 720 ? 'bt601' : 'bt709', range = 'limited' } = frame
  const target = memory.take(3 * width * height)
  await addon().toRgb(target, data, { format, width, height, matrix, range })
  return target
}

/** Throws ERR_ARGUMENT or ERR_INPUT_LIMIT. */
export function checkRawFrame(frame: RawFrame, index: number): void {
  const name = `frame ${index}`
  if (typeof (frame as unknown) !== 'object' || (frame as unknown) === null) throw badArgument(name, 'a frame', frame)
  const { data, width, height, format, timestamp, matrix, range, isCut } = frame
  for (const [side, value] of Object.entries({ width, height })) {
    if (!Number.isInteger(value) || value < 1) throw badArgument(`${side} of ${name}`, 'a whole number from 1', value)
  }
  if (Math.max(width, height) > largestSide) {
    const message = `${name} is ${width}×${height}; expected at most ${largestSide} a side`
    throw new PdfnetError('ERR_INPUT_LIMIT', message, { details: { width, height, largestSide } })
  }
  checkOne(`format of ${name}`, ['rgb24', 'rgba', 'nv12', 'i420'], format)
  checkOne(`matrix of ${name}`, ['bt601', 'bt709', 'bt2020', undefined], matrix)
  checkOne(`range of ${name}`, ['full', 'limited', undefined], range)
  if (![true, false, undefined].includes(isCut)) throw badArgument(`isCut of ${name}`, 'true or false', isCut)
  if (typeof timestamp !== 'number') throw badArgument(`timestamp of ${name}`, 'a number', timestamp)
  const bytes = frameBytes(format, width, height)
  if (!((data as unknown) instanceof Uint8Array) || data.byteLength !== bytes) {
    const got = (data as unknown) instanceof Uint8Array ? `${data.byteLength} bytes` : data
    throw badArgument(`data of ${name}`, `a Uint8Array of ${bytes} bytes (${width}×${height} ${format})`, got)
  }
}

export function frameBytes(format: FrameFormat, width: number, height: number): number {
  const pixels = width * height
  if (format === 'rgb24') return 3 * pixels
  if (format === 'rgba') return 4 * pixels
  return pixels + 2 * Math.ceil(width / 2) * Math.ceil(height / 2)
}

function checkOne(name: string, known: readonly unknown[], value: unknown): void {
  if (!known.includes(value)) throw badArgument(name, `one of ${known.filter(Boolean).join(', ')}`, value)
}
