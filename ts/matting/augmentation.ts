/** Test-time augmentation: a picture is matted as it is and mirrored, and the logits of both are averaged. */

import { addon } from '../native.js'
import type { ChainItem, ChainResult, PictureTensor, StageTimings } from '../runtime/index.js'
import type { Tensor } from '../tensor.js'
import { allocateSamples, copied, samplesOf } from './bytes.js'

export interface Averaged {
  /** uint16 [height, width]: the alpha of the mean logit. */
  readonly matte: Tensor
  /** The mean alpha: softer than `matte` where the passes differ. */
  readonly mean: Uint16Array<ArrayBuffer>
  readonly depth?: Tensor | undefined
  /** Of all passes together. */
  readonly timings: StageTimings
}

/**
 * Logits are taken from mattes of 16 bits, and so end at ±11.8: networks that give alpha have no others, and a pass that
 * is surer still should not outvote the rest. The mirrored pass has the depth of the first, mirrored. Rejects as `infer`
 * does.
 * @param item of type uint16
 */
export async function averagePasses(
  item: ChainItem,
  infer: (item: ChainItem, signal?: AbortSignal) => Promise<ChainResult>,
  signal?: AbortSignal,
): Promise<Averaged> {
  const { width, height } = item.picture
  const size = { width, height }
  // Zeroed pages come from the system as they are touched, which the addon does.
  const [logits, alphas] = [new Float32Array(width * height), new Float32Array(width * height)]
  // A pass of its own scope: its picture and its matte are gone before the next one's are made.
  const pass = async (picture: PictureTensor, depth: Tensor | undefined, mirrored: boolean) => {
    const { matte, ...rest } = await infer({ ...item, picture, ...(depth && { depth }) }, signal)
    await addon().addMatte(logits, alphas, samplesOf(matte), size, mirrored)
    return rest
  }
  const first = await pass(item.picture, item.depth, false)
  const depth = item.depth ?? first.depth
  const mirrored = async () => ({ ...size, data: await copied(item.picture.data, size, 3, true) })
  const second = await pass(await mirrored(), depth && (await mirroredDepth(depth)), true)
  const [alpha, mean] = [allocateSamples(width * height), allocateSamples(width * height)]
  await addon().meanMattes(alpha, mean, logits, alphas, 2)
  const matte: Tensor = { dtype: 'uint16', shape: [height, width], data: new Uint8Array(alpha.buffer) }
  return { matte, mean, depth, timings: sumOf(first.timings, second.timings) }
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
