/** Single-precision weights in half precision, each when it is written. */

import { BadWeights } from './bad-weights.js'
import { float32ToFloat16, isFinitePattern } from './half.js'
import type { Initializer } from './model.js'
import { tensorBytes } from './tensor-data.js'

/** Its bytes reject with `BadWeights` where one is too large for half precision. */
export function narrowed(tensor: Initializer): Initializer {
  const { name, data } = tensor
  if (data.kind === 'bytes' && data.bytes.length <= smallBytes) {
    const bytes = halves(data.bytes)
    if (faultIn(name, bytes, data.bytes) === undefined) {
      return { ...tensor, dtype: 'float16', data: { kind: 'bytes', bytes } }
    }
  }
  const make = async () => {
    const bytes = await tensorBytes(tensor)
    const result = halves(bytes)
    const fault = faultIn(name, result, bytes)
    if (fault !== undefined) throw new BadWeights([fault], 'Use single precision')
    return result
  }
  return { ...tensor, dtype: 'float16', data: { kind: 'made', make } }
}

/** Those are for passes to read. */
const smallBytes = 4096

function halves(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(float32ToFloat16(floatsOf(bytes)).buffer)
}

function faultIn(name: string, narrow: Uint8Array, wide: Uint8Array): string | undefined {
  const at = new Uint16Array(narrow.buffer).findIndex((bits) => !isFinitePattern(bits))
  if (at < 0) return undefined
  return `${name} holds ${floatsOf(wide)[at]!} at ${at}, expected numbers that half precision can hold: 65504 at most`
}

/** A copy only where the bytes are not aligned. */
function floatsOf(bytes: Uint8Array): Float32Array {
  const { buffer, byteOffset, length } = bytes.byteOffset % 4 === 0 ? bytes : Uint8Array.from(bytes)
  return new Float32Array(buffer, byteOffset, length / 4)
}
