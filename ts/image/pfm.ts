/** Portable float maps (.pfm), in which stereo and LiDAR tools keep depth: floats behind three lines of text. */

import { setImmediate } from 'node:timers/promises'
import { PdfnetError } from '../errors.js'
import type { FloatPlane } from './floats.js'
import { checkSize, type Limits } from './limits.js'

/** Kind, width, height and scale, of white space one behind the last. The scale's sign tells the order of bytes. */
const header = /^P([fF])\s+(\d{1,9})\s+(\d{1,9})\s+(-?)[\d.]+(?:[eE][-+]?\d+)?\s/

const mostHeader = 128
const floatBytes = 4

/** Copied at a turn of the event loop. */
const copyBytes = 2 ** 22

export function isPfm(bytes: Buffer): boolean {
  return header.test(bytes.toString('latin1', 0, mostHeader))
}

/** Rejects with ERR_INPUT_CORRUPT, ERR_INPUT_LIMIT, or ERR_INPUT_REFUSED for colours. */
export async function readPfm(name: string, bytes: Buffer, limits: Limits): Promise<FloatPlane> {
  const [lines, kind, columns, rows, sign] = header.exec(bytes.toString('latin1', 0, mostHeader))!
  if (kind === 'F') {
    throw new PdfnetError('ERR_INPUT_REFUSED', `${name} is a .pfm file of colours; expected one of a single channel`, {
      remedy: 'Save one channel of it: its first line is then Pf',
    })
  }
  const [width, height] = [Number(columns), Number(rows)]
  checkSize(name, width, height, limits)
  const rowBytes = width * floatBytes
  const end = lines.length + height * rowBytes
  if (width === 0 || height === 0 || bytes.byteLength < end) {
    const found = `${bytes.byteLength} bytes, where ${width}×${height} floats end at ${end}`
    throw new PdfnetError('ERR_INPUT_CORRUPT', `${name} is a truncated or damaged .pfm file: it has ${found}`)
  }
  const target = Buffer.allocUnsafeSlow(height * rowBytes)
  const rowsATurn = Math.ceil(copyBytes / rowBytes)
  // The file begins with the lowest row.
  for (let row = 0; row < height; row++) {
    const from = lines.length + (height - 1 - row) * rowBytes
    const copied = target.subarray(row * rowBytes, (row + 1) * rowBytes)
    bytes.copy(copied, 0, from, from + rowBytes)
    if (sign === '') copied.swap32()
    if (row % rowsATurn === 0) await setImmediate()
  }
  return { data: new Float32Array(target.buffer), width, height }
}
