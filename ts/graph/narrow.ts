/** Single-precision weights in half precision, each when it is written. */

import { PdfnetError } from '../errors.js'
import { float32ToFloat16, isFinitePattern } from './half.js'
import type { Initializer } from './model.js'
import { tensorBytes } from './tensor-data.js'

/** Its bytes reject with ERR_MODEL_MISMATCH, which names the weight, where one is too large for half precision. */
export function narrowed(tensor: Initializer): Initializer {
  const { name, data } = tensor
  if (data.kind === 'bytes' && data.bytes.length <= smallBytes) {
    return { ...tensor, dtype: 'float16', data: { kind: 'bytes', bytes: halves(name, data.bytes) } }
  }
  const make = async () => halves(name, await tensorBytes(tensor))
  return { ...tensor, dtype: 'float16', data: { kind: 'made', make } }
}

/** Those are for passes to read. */
const smallBytes = 4096

function halves(name: string, bytes: Uint8Array): Uint8Array {
  const { buffer, byteOffset, length } = bytes.byteOffset % 4 === 0 ? bytes : Uint8Array.from(bytes)
  const floats = new Float32Array(buffer, byteOffset, length / 4)
  const result = float32ToFloat16(floats)
  const at = result.findIndex((bits) => !isFinitePattern(bits))
  if (at < 0) return new Uint8Array(result.buffer)
  throw new PdfnetError(
    'ERR_MODEL_MISMATCH',
    `${name} holds ${floats[at]!} at ${at}, expected numbers that half precision can hold: 65504 at most`,
    { remedy: 'Export it in single precision', details: { name, at } },
  )
}
