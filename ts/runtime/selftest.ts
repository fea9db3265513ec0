/** The self-test of a newly opened chain: a scene with an object in it must give a matte that could be one. */

import { PdfnetError } from '../errors.js'
import type { Chain } from './chain.js'
import type { PictureTensor } from './chain-items.js'
import type { Tensor } from '../tensor.js'

const side = 96

/** Differences of alpha, 0 … 1. */
export interface Tolerance {
  readonly mean: number
  readonly largest: number
}

export interface SelfTest {
  /** Between the answers to one picture. @default none at all */
  readonly tolerance?: Tolerance
  /** The scene's matte on the CPU device in single precision, from which the engine's may differ by `tolerance`. */
  readonly reference?: Float32Array
  /** Whether the weights are trained, so that the object must be found. @default true */
  readonly trained?: boolean
}

const exact: Tolerance = { mean: 0, largest: 0 }

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

/** Of the scene: a ball before a wall. For chains that are given depth. */
function sceneDepth(): Tensor {
  const data = new Float32Array(side * side)
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const distance = Math.hypot(x - side / 2, y - side / 2) / (side / 3)
      data[y * side + x] = distance < 1 ? 2 + Math.sqrt(1 - distance ** 2) : 1
    }
  }
  return { dtype: 'float32', shape: [side, side], data: new Uint8Array(data.buffer) }
}

/**
 * Resolves with the scene's matte, 0 … 1. Rejects with ERR_SELF_TEST when it is not finite, out of range, constant,
 * different the second time, different in a batch, or too far from the reference.
 */
export async function selfTest(
  chain: Chain,
  { tolerance = exact, reference, trained = true }: SelfTest = {},
  signal?: AbortSignal,
): Promise<Float32Array> {
  const [first] = await mattesOf(chain, 1, signal)
  const [second] = await mattesOf(chain, 1, signal)
  const batch = chain.batch > 1 ? await mattesOf(chain, chain.batch, signal) : []
  const fault =
    faultOf(first!, trained) ??
    differs('the same picture gave two different mattes', first!, second!, tolerance) ??
    batch
      .map((matte) => differs('a batch gave other mattes than its pictures one by one', first!, matte, tolerance))
      .find(Boolean) ??
    (reference && differs('its matte is not that of the CPU device', reference, first!, tolerance))
  if (fault !== undefined) throw new PdfnetError('ERR_SELF_TEST', `the engine failed its self-test: ${fault}`)
  return first!
}

function faultOf(matte: Float32Array, trained: boolean): string | undefined {
  const [low, high] = [Math.min(...matte), Math.max(...matte)]
  if (!matte.every(Number.isFinite)) return 'some values are not finite'
  if (low < 0 || high > 1) return `values reach from ${low} to ${high}, outside 0 to 1`
  if (trained && high - low < 0.5) return `the object was not found: values reach only from ${low} to ${high}`
  return low === high ? `all values are ${low}` : undefined
}

function differs(what: string, one: Float32Array, other: Float32Array, allowed: Tolerance): string | undefined {
  let [sum, largest] = [0, 0]
  one.forEach((value, index) => {
    const difference = Math.abs(value - other[index]!)
    sum += difference
    largest = Math.max(largest, difference)
  })
  const mean = sum / one.length
  if (mean <= allowed.mean && largest <= allowed.largest) return undefined
  return `${what}: they differ by ${mean.toPrecision(3)} on average and ${largest.toPrecision(3)} at most, allowed are ${allowed.mean} and ${allowed.largest}`
}

async function mattesOf(chain: Chain, count: number, signal: AbortSignal | undefined): Promise<Float32Array[]> {
  const picture = scene()
  const depth = chain.needsDepth ? sceneDepth() : undefined
  const items = Array.from({ length: count }, () => ({ picture, type: 'float32', ...(depth && { depth }) }) as const)
  const results = await chain.run(items, signal)
  return results.map(({ matte }) => new Float32Array(matte.data.buffer, matte.data.byteOffset, side * side))
}
