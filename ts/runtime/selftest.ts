/** The self-test of a newly opened chain: a scene with an object in it must give a matte that could be one. */

import { PdfnetError } from '../errors.js'
import type { Chain, PictureTensor } from './chain.js'

const side = 96

/** A bright disc with a dark rim on a shaded ground: the same on every machine. */
export function scene(): PictureTensor {
  const data = new Uint8Array(side * side * 3)
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const distance = Math.hypot(x - side / 2, y - side / 2) / (side / 3)
      const colour = distance < 0.9 ? [235, 190, 60] : distance < 1 ? [60, 30, 10] : [70 + x / 2, 90 + y / 2, 120]
      data.set(colour, (y * side + x) * 3)
    }
  }
  return { data, width: side, height: side }
}

/** Rejects with ERR_SELF_TEST when the matte is not finite, out of range, constant, or different the second time. */
export async function selfTest(chain: Chain, signal?: AbortSignal): Promise<void> {
  const first = await matteOf(chain, signal)
  const second = await matteOf(chain, signal)
  const [low, high] = [Math.min(...first), Math.max(...first)]
  const fault = !first.every(Number.isFinite)
    ? 'some values are not finite'
    : low < 0 || high > 1
      ? `values reach from ${low} to ${high}, outside 0 to 1`
      : high - low < 0.5
        ? `the object was not found: values reach only from ${low} to ${high}`
        : first.some((value, index) => value !== second[index])
          ? 'the same picture gave two different mattes'
          : undefined
  if (fault !== undefined) throw new PdfnetError('ERR_SELF_TEST', `the engine failed its self-test: ${fault}`)
}

async function matteOf(chain: Chain, signal: AbortSignal | undefined): Promise<Float32Array> {
  const { matte } = await chain.run(scene(), 'float32', signal)
  return new Float32Array(matte.data.buffer, matte.data.byteOffset, side * side)
}
