/** Samples of 8 or 16 bits, as views of the bytes that hold them. */

export type Depth = 'uchar' | 'ushort'

/** The bytes as samples, in the machine's byte order. Copies only where the bytes are not aligned. */
export function samplesOf(bytes: Buffer, depth: Depth): Uint8Array | Uint16Array {
  if (depth === 'uchar') return bytes
  const aligned =
    bytes.byteOffset % 2 === 0
      ? bytes
      : Buffer.from(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
  return new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 2)
}
