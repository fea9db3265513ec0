/** An uncompressed TIFF in memory, whose samples are still to be written: how the addon's pixels become a picture again. */

import { samplesOf, type Depth } from './samples.js'
import type { Size } from './size.js'

export interface TiffLayout extends Size {
  /** Grey or RGB. */
  readonly channels: 1 | 3
  readonly depth: Depth
  /** The colour profile to embed. */
  readonly profile?: Buffer | undefined
}

export interface BlankTiff {
  readonly bytes: Buffer
  /** Height × width × channels, a view of `bytes`. */
  readonly samples: Uint8Array | Uint16Array
}

const headerBytes = 8
const rowsPerStrip = 64

const short = 3
const long = 4
const undefinedBytes = 7

/** One tag of the directory: values of 4 bytes or less stand in it, longer ones elsewhere. */
interface Tag {
  readonly id: number
  readonly type: number
  readonly count: number
  readonly value: Buffer
}

/** Samples first, then the directory and what it points at. In the machine's byte order, which is little-endian. */
export function blankTiff(layout: TiffLayout): BlankTiff {
  const { width, height, channels, depth, profile } = layout
  const rowBytes = width * channels * (depth === 'ushort' ? 2 : 1)
  const sampleBytes = rowBytes * height
  const tags: Tag[] = [
    longs(256, [width]),
    longs(257, [height]),
    shorts(258, Array<number>(channels).fill(depth === 'ushort' ? 16 : 8)),
    shorts(259, [1]),
    shorts(262, [channels === 3 ? 2 : 1]),
    longs(
      273,
      stripsOf(height).map((first) => headerBytes + first * rowBytes),
    ),
    shorts(277, [channels]),
    longs(278, [rowsPerStrip]),
    longs(
      279,
      stripsOf(height).map((first) => Math.min(rowsPerStrip, height - first) * rowBytes),
    ),
    shorts(284, [1]),
    ...(profile === undefined ? [] : [{ id: 34675, type: undefinedBytes, count: profile.byteLength, value: profile }]),
  ]
  const directoryAt = headerBytes + even(sampleBytes)
  const directory = directoryOf(tags, directoryAt)
  const bytes = Buffer.allocUnsafeSlow(directoryAt + directory.byteLength)
  bytes.write('II*\0', 'latin1')
  bytes.writeUInt32LE(directoryAt, 4)
  directory.copy(bytes, directoryAt)
  return { bytes, samples: samplesOf(bytes.subarray(headerBytes, headerBytes + sampleBytes), depth) }
}

function directoryOf(tags: readonly Tag[], at: number): Buffer {
  const head = Buffer.alloc(even(2 + 12 * tags.length + 4))
  const beyond: Buffer[] = []
  let next = at + head.byteLength
  head.writeUInt16LE(tags.length)
  for (const [index, { id, type, count, value }] of tags.entries()) {
    const entry = 2 + 12 * index
    head.writeUInt16LE(id, entry)
    head.writeUInt16LE(type, entry + 2)
    head.writeUInt32LE(count, entry + 4)
    if (value.byteLength <= 4) {
      value.copy(head, entry + 8)
    } else {
      head.writeUInt32LE(next, entry + 8)
      const padded = Buffer.alloc(even(value.byteLength))
      value.copy(padded)
      beyond.push(padded)
      next += padded.byteLength
    }
  }
  return Buffer.concat([head, ...beyond])
}

function stripsOf(height: number): number[] {
  return Array.from({ length: Math.ceil(height / rowsPerStrip) }, (_, strip) => strip * rowsPerStrip)
}

function shorts(id: number, values: readonly number[]): Tag {
  const value = Buffer.alloc(2 * values.length)
  values.forEach((each, index) => value.writeUInt16LE(each, 2 * index))
  return { id, type: short, count: values.length, value }
}

function longs(id: number, values: readonly number[]): Tag {
  const value = Buffer.alloc(4 * values.length)
  values.forEach((each, index) => value.writeUInt32LE(each, 4 * index))
  return { id, type: long, count: values.length, value }
}

function even(bytes: number): number {
  return bytes + (bytes % 2)
}
