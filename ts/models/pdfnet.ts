/** PDFNet, written as a graph from its weights: a picture and its pseudo-depth become a matte. */

import { badArgument } from '../errors.js'
import { GraphBuilder, type Model } from '../graph/index.js'
import { checkBatch, type GraphOptions } from './graph-options.js'
import { Module, type Value } from './module.js'
import { concat, divide, resize, slice, subtract } from './operations.js'
import { readPdfnet, type PdfnetConfig } from './pdfnet-architecture.js'
import { decode } from './pdfnet-decoder.js'
import { encode } from './pdfnet-encoder.js'
import { cut, stitch } from './pdfnet-patches.js'
import type { Weights } from './weights.js'

/** An eighth of the side is cut into patches of 4×4. */
const sizeStep = 32
const maxSize = 4096

/**
 * Inputs `image`, float32 [N, 3, S, S], normalised, and `depth`, float32 [N, 1, S, S], of any range; outputs `alpha`,
 * 0…1, and `logit`, each float32 [N, 1, S, S]. A picture's result does not depend on the others of its batch.
 *
 * Weights are read when the graph is written to a file. Throws ERR_ARGUMENT for a size that the network cannot take, and
 * ERR_MODEL_MISMATCH for weights that are not its.
 */
export function pdfnetGraph(weights: Weights, { target, size, batch, config }: GraphOptions<PdfnetConfig>): Model {
  checkSize(size)
  checkBatch(batch)
  const { encoder } = readPdfnet(weights, config)
  const b = new GraphBuilder('pdfnet')
  const [height, width] = size
  const input = (name: string, channels: number): Value => {
    const shape = [batch, channels, height, width]
    return { name: b.input(name, 'float32', shape), shape }
  }
  const m = Module.root(b, weights, target)
  const image = input('image', 3)
  const depth = normalised(m.at('depth_range').island('depth-range'), input('depth', 1))

  const small = (x: Value) => resize(m, x, height / 2, width / 2)
  const deep = small(depth)
  const pair = concat(m, [small(image), concat(m, [deep, deep, deep], 1)], 0)
  const whole = encode(m.branch('whole'), pair, encoder)
  const patches = encode(m.branch('patches'), cut(m, image), encoder)
  const levels = whole.map((map, level) => ({
    image: slice(m, map, 0, batch, 0),
    depth: slice(m, map, batch, 2 * batch, 0),
    patches: stitch(m, patches[level]!),
  }))

  const prediction = decode(m.at('decoder'), image, depth, levels)
  const logit = m.apply('Identity', [prediction], prediction.shape, {}, 'logit')
  const alpha = m.island('alpha').apply('Sigmoid', [prediction], prediction.shape, {}, 'alpha')
  b.output(alpha.name, 'float32', alpha.shape)
  b.output(logit.name, 'float32', logit.shape)
  return b.build()
}

/** No normal number that six digits round to one that is not: TensorRT 10 reads constants as such text, and throws. */
const leastRange = 2 ** -120

/** Each picture's own depth to 0…1. A flat one is 0 everywhere. */
function normalised(m: Module, depth: Value): Value {
  const shape = [depth.shape[0]!, 1, 1, 1]
  const overPicture = { axes: [1, 2, 3], keepdims: 1 }
  const least = m.apply('ReduceMin', [depth], shape, overPicture)
  const most = m.apply('ReduceMax', [depth], shape, overPicture)
  const range = m.apply('Max', [subtract(m, most, least), m.number(leastRange)], shape)
  return divide(m, subtract(m, depth, least), range)
}

function checkSize([height, width]: readonly [number, number]): void {
  const isRight = (side: number) =>
    Number.isInteger(side) && side >= sizeStep && side <= maxSize && side % sizeStep === 0
  if (height === width && isRight(height)) return
  const near = Math.round((height + width) / 2 / sizeStep) * sizeStep
  const nearest = Number.isNaN(near) ? 1024 : Math.min(Math.max(near, sizeStep), maxSize)
  throw badArgument(
    'size',
    `a square whose side is a multiple of ${sizeStep} from ${sizeStep} to ${maxSize} (the nearest is ${nearest})`,
    `${height}x${width}`,
  )
}
