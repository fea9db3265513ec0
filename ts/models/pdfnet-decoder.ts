/** PDFNet's decoder: four levels of feature selection, coarse to fine, then the picture's own detail. */

import { convolve } from './layers.js'
import type { Module, Value } from './module.js'
import { add, concat, reshape, resize, resizeLike, slice } from './operations.js'
import { crs, side } from './pdfnet-blocks.js'
import { selectFeatures, type Features } from './pdfnet-fse.js'

/** By how much each level's maps are made smaller for its keys, coarsest first. */
const pools = [1, 1, 2, 2]

/**
 * @param m of the decoder's weights
 * @param picture [N, 3, H, W]
 * @param depth [N, 1, H, W], 0…1
 * @param levels the encoder's maps, finest first, and its summary last
 * @returns logits [N, 1, H, W]
 */
export function decode(m: Module, picture: Value, depth: Value, levels: readonly Features[]): Value {
  const summary = levels.at(-1)!
  const like = summary.patches
  const sum = add(m, add(m, resizeLike(m, summary.image, like), resizeLike(m, summary.depth, like)), like)
  let last = side(m, sum, 5)
  let features = summary
  let mixed = sum
  pools.forEach((pool, step) => {
    const level = pools.length - 1 - step
    const joined = joinFeatures(m, features, levels[level]!)
    features = selectFeatures(m.at(`FSE_mix.${step}`), joined, last, pool)
    const { image, depth: deep, patches } = features
    const all = concat(m, [resizeLike(m, image, patches), resizeLike(m, deep, patches), patches], 1)
    mixed = crs(m.at(`channel_mix.${level}`), all)
    // The finest level's side output serves training alone.
    if (level > 0) last = side(m, mixed, level + 1)
  })
  return refine(m, mixed, shallow(m, picture, depth, mixed))
}

function joinFeatures(m: Module, coarse: Features, fine: Features): Features {
  const join = (key: keyof Features) => concat(m, [resizeLike(m, coarse[key], fine[key]), fine[key]], 1)
  return { image: join('image'), depth: join('depth'), patches: join('patches') }
}

/**
 * The picture and its depth, four times as large, by 4×4 kernels side by side. The authors repeat the depth for three
 * channels; here the kernels for them are summed, and a third of the large map is not made.
 */
function shallow(m: Module, picture: Value, depth: Value, before: Value): Value {
  const part = m.at('shallow')
  const [out, inputs, side] = part.shapeOf('0.weight') as [number, number, number]
  const kernel = part.derived('0.weight', [out, 4, side, side], async (read) => {
    return sumDepth(await read('0.weight'), out, inputs, side ** 2)
  })
  const [, , height, width] = picture.shape as [number, number, number, number]
  const parts = [picture, depth, ...(m.target === 'cpu' ? [noneOf(part, before, picture)] : [])]
  const large = resize(part, concat(part, parts, 1), 4 * height, 4 * width)
  return crs(part.at('1'), convolve(part, large, kernel, '0', { stride: side }))
}

/**
 * [N, 0, H, W]: nothing of `before`, which yet has to be there. ONNX Runtime would make the picture's detail first of all
 * and keep it, half a gigabyte at 1024², until the rest of the network has run.
 */
function noneOf(m: Module, before: Value, like: Value): Value {
  const [batch, , height, width] = like.shape as [number, number, number, number]
  return reshape(m, slice(m, before, 0, 0, 1), [batch, 0, height, width])
}

/** [out, 3 + 3, taps] to [out, 3 + 1, taps] */
function sumDepth(kernels: Float32Array, out: number, inputs: number, taps: number): Float32Array {
  const summed = new Float32Array(out * 4 * taps)
  for (let channel = 0; channel < out; channel++) {
    const from = kernels.subarray(channel * inputs * taps, (channel + 1) * inputs * taps)
    const to = summed.subarray(channel * 4 * taps, (channel + 1) * 4 * taps)
    from.forEach((value, i) => (to[Math.min(Math.floor(i / taps), 3) * taps + (i % taps)]! += value))
  }
  return summed
}

function refine(m: Module, mixed: Value, detail: Value): Value {
  const [, , height, width] = mixed.shape as [number, number, number, number]
  const enlarged = resize(m, mixed, 2 * height, 2 * width)
  const half = crs(m.at('upsample1.0'), add(m, enlarged, resizeLike(m, detail, enlarged)))
  const full = crs(m.at('upsample2.0'), add(m, resizeLike(m, half, detail), detail))
  return side(m, full, 0)
}
