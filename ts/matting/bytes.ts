/** Samples as the addon takes them: views and copies that cost the JavaScript thread nothing. */

import { addon, type Extent } from '../native.js'
import type { Tensor } from '../tensor.js'

/** Of a matte of 16 bits: the same memory. */
export function samplesOf({ data }: Tensor): Uint16Array<ArrayBuffer> {
  return new Uint16Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength / 2)
}

/** Contents are undefined: pages are touched by whoever writes them. */
export function allocateSamples(count: number): Uint16Array<ArrayBuffer> {
  return new Uint16Array(Buffer.allocUnsafeSlow(count * 2).buffer, 0, count)
}

/** Left and right swapped where `mirrored` says so. */
export async function copied(data: Uint8Array, size: Extent, bytes: number, mirrored = false): Promise<Uint8Array> {
  const target = Buffer.allocUnsafeSlow(data.byteLength)
  const { width, height } = size
  await addon().crop(target, data, { width, height }, { left: 0, top: 0, width, height }, bytes, mirrored)
  return target
}

export async function copyOf(samples: Uint16Array<ArrayBuffer>, size: Extent): Promise<Uint16Array<ArrayBuffer>> {
  const { buffer, byteOffset, byteLength } = samples
  const { buffer: copy } = await copied(new Uint8Array(buffer, byteOffset, byteLength), size, 2)
  return new Uint16Array(copy as ArrayBuffer)
}
