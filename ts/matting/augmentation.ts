/** Test-time augmentation: a picture is matted as it is and mirrored, at one size or several, and the logits are averaged. */

import { addon } from '../native.js'
import type { ChainItem, PictureTensor, StageTimings } from '../runtime/index.js'
import type { Tensor } from '../tensor.js'
import { allocateSamples, copied, samplesOf } from './bytes.js'
import type { Infer } from './inference.js'

export interface Averaged {
  /** uint16 [height, width]: the alpha of the mean logit. */
  readonly matte: Tensor
  /** The mean alpha, where it was wanted: softer than `matte` where the passes differ. */
  readonly mean?: Uint16Array<ArrayBuffer> | undefined
  readonly depth?: Tensor | undefined
  /** Of all passes together. */
  readonly timings: StageTimings
}

export interface AverageOptions {
  /** The same network at other sizes. */
  readonly scaled?: readonly Infer[] | undefined
  /** @default false */
  readonly wantsMean?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Logits are taken from mattes of 16 bits, and so end at ±11.8: networks that give alpha have no others, and a pass that
 * is surer still should not outvote the rest. All passes have the depth of the first. Rejects as `infer` does.
 * @param item of type uint16
 */
export async function averagePasses(
  item: ChainItem,
  infer: Infer,
  { scaled = [], wantsMean = false, signal }: AverageOptions = {},
): Promise<Averaged> {
  const { width, height } = item.picture
  const size = { width, height }
  const count = width * height
  // Zeroed pages come from the system as they are touched, which the addon does.
  const logits = new Float32Array(count)
  const alphas = wantsMean ? new Float32Array(count) : undefined
  // One after the other: a large picture's memory is not collected as soon as nobody has it any more.
  const alpha = allocateSamples(count)
  const into = new Uint8Array(alpha.buffer)
  const pass = async (run: Infer, picture: PictureTensor, depth: Tensor | undefined, mirrored: boolean) => {
    const { matte, ...rest } = await run({ ...item, picture, into, ...(depth && { depth }) }, signal)
    await addon().addMatte(logits, alphas, samplesOf(matte), size, mirrored)
    return rest
  }
  const first = await pass(infer, item.picture, item.depth, false)
  const depth = item.depth ?? first.depth
  let { timings } = first
  for (const run of scaled) timings = sumOf(timings, (await pass(run, item.picture, depth, false)).timings)
  const mirror = { ...size, data: await copied(item.picture.data, size, 3, true) }
  const mirroredMap = depth && (await mirroredDepth(depth))
  for (const run of [infer, ...scaled]) timings = sumOf(timings, (await pass(run, mirror, mirroredMap, true)).timings)
  const mean = wantsMean ? allocateSamples(count) : undefined
  await addon().meanMattes(alpha, mean, logits, alphas, 2 * (1 + scaled.length))
  const matte: Tensor = { dtype: 'uint16', shape: [height, width], data: into }
  return { matte, mean, depth, timings }
}

async function mirroredDepth({ dtype, shape, data }: Tensor): Promise<Tensor> {
  const [height, width] = shape as [number, number]
  return { dtype, shape, data: await copied(data, { width, height }, 4, true) }
}

function sumOf(one: StageTimings, other: StageTimings): StageTimings {
  const sums = Object.entries<number>({ ...one }).map(([stage, time]) => [
    stage,
    time + (other[stage as keyof StageTimings] ?? 0),
  ])
  return Object.fromEntries(sums) as StageTimings
}
