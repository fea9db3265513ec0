/** The graph before the network: a picture of any size, resized and normalised. */

import { GraphBuilder, type Model } from '../graph/index.js'
import { tensorOf } from '../tensor.js'
import type { Recipe } from './recipe.js'

const onnxFloat32 = 1
const onnxInt32 = 6

/**
 * Input `image`, uint8 [height, width, 3], in the order R, G, B; output the recipe's input, float32 [1, 3, S, S].
 *
 * The four neighbours of each output pixel are gathered first and made float after: memory then depends on the output's
 * size, where a `Resize` wants the whole picture as floats.
 */
export function preGraph(recipe: Recipe): Model {
  const [height, width] = recipe.input.size
  const b = new GraphBuilder(`${recipe.name}-pre`)
  const image = b.input('image', 'uint8', ['height', 'width', 3])
  const shape = b.node('Shape', [image])
  const rows = b.scope('rows', () => neighbours(b, shape, 0, height))
  const columns = b.scope('columns', () => neighbours(b, shape, 1, width))
  const pixels = b.node('Reshape', [image, b.constant('list', tensorOf('int64', [2], [-1, 3]))], {}, { name: 'pixels' })
  const asColumn = b.constant('column', tensorOf('int64', [1], [1]))

  const plane = (offset: string, column: string): string => {
    const gathered = b.node('Gather', [pixels, b.node('Add', [offset, column])])
    return b.node('Cast', [b.node('Transpose', [gathered], { perm: [2, 0, 1] })], { to: onnxFloat32 })
  }
  const blendedRow = (row: string): string => {
    const offset = b.node('Unsqueeze', [b.node('Mul', [row, columns.length]), asColumn])
    return blend(b, plane(offset, columns.first), plane(offset, columns.second), columns.weight)
  }
  const upper = b.scope('upper', () => blendedRow(rows.first))
  const lower = b.scope('lower', () => blendedRow(rows.second))
  const resized = blend(b, upper, lower, b.node('Unsqueeze', [rows.weight, asColumn]))
  const batch = b.node('Unsqueeze', [resized, b.constant('batch', tensorOf('int64', [1], [0]))])
  b.output(normalise(b, batch, recipe), 'float32', [1, 3, height, width])
  return b.build()
}

interface Neighbours {
  /** int32 [S]: the indices on either side of each output's centre. */
  readonly first: string
  readonly second: string
  /** float32 [S]: how much of the second, 0…1. */
  readonly weight: string
  /** int32 [1]: the picture's own size. */
  readonly length: string
}

/**
 * Bilinear, half-pixel centres, edges repeated. The centre of output i is at ((2i + 1) · length − S) / 2S: in whole
 * numbers it is exact at any size, where float32 is off by a thousandth of a pixel at 12,000.
 */
function neighbours(b: GraphBuilder, shape: string, axis: number, size: number): Neighbours {
  const int = (name: string, value: number) => b.constant(name, tensorOf('int32', [], [value]))
  const odd = Array.from({ length: size }, (_, i) => 2 * i + 1)
  const along = b.node('Gather', [shape, b.constant('axis', tensorOf('int64', [1], [axis]))])
  const length = b.node('Cast', [along], { to: onnxInt32 }, { name: 'length' })
  const scaled = b.node('Mul', [b.constant('odd', tensorOf('int32', [size], odd)), length])
  const centre = b.node('Max', [b.node('Sub', [scaled, int('size', size)]), int('zero', 0)], {}, { name: 'centre' })
  const unit = int('unit', 2 * size)
  const first = b.node('Div', [centre, unit], {}, { name: 'first' })
  const last = b.node('Sub', [length, int('one', 1)], {}, { name: 'last' })
  const second = b.node('Min', [b.node('Add', [first, int('next', 1)]), last], {}, { name: 'second' })
  const remainder = b.node('Cast', [b.node('Sub', [centre, b.node('Mul', [first, unit])])], { to: onnxFloat32 })
  const weight = b.node(
    'Div',
    [remainder, b.constant('span', tensorOf('float32', [], [2 * size]))],
    {},
    { name: 'weight' },
  )
  return { first, second, weight, length }
}

function blend(b: GraphBuilder, from: string, to: string, weight: string): string {
  return b.node('Add', [from, b.node('Mul', [b.node('Sub', [to, from]), weight])])
}

/** (pixel / scale − mean) / deviation, as a diagonal convolution: TensorRT keeps no second copy of the picture for it. */
function normalise(b: GraphBuilder, value: string, { input }: Recipe): string {
  const { name, scale, mean, deviation } = input
  const gain = deviation.map((one) => 1 / (scale * one))
  const diagonal = gain.flatMap((one, i) => [0, 1, 2].map((j) => (i === j ? one : 0)))
  const bias = mean.map((one, i) => -one / deviation[i]!)
  const weights = [
    b.constant('gain', tensorOf('float32', [3, 3, 1, 1], diagonal)),
    b.constant('bias', tensorOf('float32', [3], bias)),
  ]
  return b.node('Conv', [value, ...weights], { kernel_shape: [1, 1] }, { name })
}
