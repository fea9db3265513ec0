/** The line of JSON that stands before raw frames on a pipe. */

import { PdfnetError } from '../errors.js'
import { frameBytes, type FrameFormat, type RawFrame } from '../matting/index.js'
import type { Ratio } from './probe.js'
import type { VideoLimits } from './trust.js'

/** Bytes, with its end of line. */
export const longestHeader = 4096

export interface RawHeader {
  readonly width: number
  readonly height: number
  readonly format: FrameFormat
  /** Frames a second. */
  readonly rate: Ratio
  /** Of nv12 and i420, as `RawFrame` has them. */
  readonly matrix: RawFrame['matrix']
  readonly range: RawFrame['range']
}

const known = ['width', 'height', 'format', 'rate', 'matrix', 'range']
const formats = ['rgb24', 'rgba', 'nv12', 'i420']
const matrices = ['bt601', 'bt709', 'bt2020', undefined]
const ranges = ['full', 'limited', undefined]

/** Throws ERR_INPUT_FORMAT or ERR_INPUT_LIMIT. */
export function parseRawHeader(line: string, limits: VideoLimits): RawHeader {
  const fields = fieldsOf(line)
  for (const name of Object.keys(fields)) if (!known.includes(name)) throw wrong(`nothing named ${name}`, fields[name])
  const { width, height, format, matrix, range } = fields
  const isSide = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 1
  if (!isSide(width)) throw wrong('a whole number from 1 for width', width)
  if (!isSide(height)) throw wrong('a whole number from 1 for height', height)
  if (!formats.includes(format as string)) throw wrong(`one of ${formats.join(', ')} for format`, format)
  if (!matrices.includes(matrix as string | undefined)) throw wrong('bt601, bt709 or bt2020 for matrix', matrix)
  if (!ranges.includes(range as string | undefined)) throw wrong('full or limited for range', range)
  if (width * height > limits.pixels || Math.max(width, height) > limits.side) {
    const allowed = `at most ${limits.pixels} pixels and ${limits.side} a side`
    const message = `the raw frames are ${width}×${height}; expected ${allowed}`
    throw new PdfnetError('ERR_INPUT_LIMIT', message, { details: { width, height, limits } })
  }
  const rate = rateOf(fields.rate)
  return {
    width,
    height,
    rate,
    format: format as FrameFormat,
    matrix: matrix as RawFrame['matrix'],
    range: range as RawFrame['range'],
  }
}

export function writeRawHeader(format: string, { width, height, rate: { num, den } }: RawHeader): string {
  return `${JSON.stringify({ format, width, height, rate: `${num}/${den}` })}\n`
}

export function rawFrameBytes({ format, width, height }: RawHeader): number {
  return frameBytes(format, width, height)
}

/** What was expected instead of the header. */
export function wrong(expected: string, got: unknown): PdfnetError {
  const found = got === undefined ? 'nothing' : JSON.stringify(got).slice(0, 80)
  return new PdfnetError('ERR_INPUT_FORMAT', `expected ${expected} in the header of raw frames, got ${found}`, {
    remedy: 'Begin with a line such as {"format":"rgb24","width":1280,"height":720,"rate":"25/1"}',
  })
}

function fieldsOf(line: string): Readonly<Record<string, unknown>> {
  try {
    const fields = JSON.parse(line) as unknown
    if (typeof fields === 'object' && fields !== null && !Array.isArray(fields))
      return fields as Record<string, unknown>
  } catch {
    // Told below, as what is JSON and no object.
  }
  throw wrong('a JSON object', line)
}

function rateOf(rate: unknown): Ratio {
  const [, num, den = '1'] = (typeof rate === 'string' && /^(\d{1,9})(?:\/(\d{1,9}))?$/.exec(rate)) || []
  if (Number(num) > 0 && Number(den) > 0) return { num: Number(num), den: Number(den) }
  throw wrong('frames a second, as "30000/1001", for rate', rate)
}
