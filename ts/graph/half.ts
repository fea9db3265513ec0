/** Half-precision numbers as single-precision ones, and back. */

/** All 65,536 of them, made at the first use: far quicker than arithmetic on each. */
let table: Float32Array | undefined

/** Exact for every value, infinities and NaN included. */
export function float16ToFloat32(bytes: Uint8Array): Uint8Array {
  table ??= Float32Array.from({ length: 65536 }, (_, bits) => halfOf(bits))
  const result = new Float32Array(bytes.length / 2)
  for (let i = 0; i < result.length; i++) result[i] = table[bytes[2 * i]! | (bytes[2 * i + 1]! << 8)]!
  return new Uint8Array(result.buffer)
}

/** To the nearest, the even one of two; what is too large becomes infinite, and NaN stays NaN. */
export function float32ToFloat16(values: Float32Array): Uint16Array {
  const patterns = new Uint32Array(values.buffer, values.byteOffset, values.length)
  const result = new Uint16Array(values.length)
  for (let i = 0; i < result.length; i++) {
    const pattern = patterns[i]!
    result[i] = ((pattern >>> 16) & 0x8000) | magnitudeOf(pattern & 0x7fffffff, Math.abs(values[i]!))
  }
  return result
}

function magnitudeOf(pattern: number, value: number): number {
  if (pattern > 0x7f800000) return 0x7e00
  // From 65,520 on, which is half a step past the largest.
  if (pattern >= 0x477ff000) return 0x7c00
  // Below 2⁻¹⁴ the steps are 2⁻²⁴, as those of single precision are from ½ to 1: an addition rounds.
  if (pattern < 0x38800000) return (Math.fround(value + 0.5) - 0.5) * 2 ** 24
  return (pattern - 0x38000000 + 0xfff + ((pattern >>> 13) & 1)) >>> 13
}

/** Whether the 16 bits are a number, neither infinite nor NaN. */
export function isFinitePattern(bits: number): boolean {
  return (bits & 0x7c00) !== 0x7c00
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
