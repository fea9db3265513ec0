/** Half-precision numbers as single-precision ones. */

/** All 65,536 of them, made at the first use: far quicker than arithmetic on each. */
let table: Float32Array | undefined

/** Exact for every value, infinities and NaN included. */
export function float16ToFloat32(bytes: Uint8Array): Uint8Array {
  table ??= Float32Array.from({ length: 65536 }, (_, bits) => halfOf(bits))
  const result = new Float32Array(bytes.length / 2)
  for (let i = 0; i < result.length; i++) result[i] = table[bytes[2 * i]! | (bytes[2 * i + 1]! << 8)]!
  return new Uint8Array(result.buffer)
}

/** A bfloat16 is the upper half of a float32. */
export function bfloat16ToFloat32(bytes: Uint8Array): Uint8Array {
  const result = new Uint8Array(bytes.length * 2)
  for (let i = 0; i < bytes.length; i += 2) {
    result[2 * i + 2] = bytes[i]!
    result[2 * i + 3] = bytes[i + 1]!
  }
  return result
}

function halfOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
