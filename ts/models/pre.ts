/** The graph before the network: a picture of any size, resized and normalised. */

import { GraphBuilder, type Model } from '../graph/index.js'
import { tensorOf } from '../tensor.js'
import { normalise } from './normalise.js'
import type { Recipe } from './recipe.js'
import type { Target } from './target.js'
import { unsupported } from './unsupported.js'

const onnxFloat32 = 1
const onnxInt32 = 6

/**
 * Input `image`, uint8 [height, width, 3], in the order R, G, B; output `input`, for the recipe's, float32 [1, 3, S, S].
 * Throws ERR_MODEL_UNSUPPORTED for pictures that are resized bicubically or at their own aspect ratio.
 *
 * The four neighbours of each output pixel are gathered, so that memory depends on the output's size, where a `Resize`
 * on the CPU wants the whole picture as floats. There they are made float after they are gathered. TensorRT takes uint8
 * at a graph's edge only: the picture is made float first, which it does as it gathers, as long as nothing moves the
 * channels before the blend. Both forms give the same numbers, to the bit.
 */
export function preGraph(recipe: Recipe, target: Target): Model {
  checkResize(recipe)
  const [height, width] = recipe.input.size
  const b = new GraphBuilder(`${recipe.name}-pre`)
  const image = b.input('image', 'uint8', ['height', 'width', 3])
  const float = (value: string) => b.node('Cast', [value], { to: onnxFloat32 })
  const isFloat = target === 'tensorrt'
  const shape = b.node('Shape', [image])
  const rows = b.scope('rows', () => neighbours(b, shape, 0, height))
  const columns = b.scope('columns', () => neighbours(b, shape, 1, width))
  const list = b.constant('list', tensorOf('int64', [2], [-1, 3]))
  const pixels = b.node('Reshape', [isFloat ? float(image) : image, list], {}, { name: 'pixels' })
  const last = b.constant('last', tensorOf('int64', [1], [1]))
  const lastTwo = b.constant('lastTwo', tensorOf('int64', [2], [1, 2]))

  const neighbour = (offset: string, column: string): string => {
    const gathered = b.node('Gather', [pixels, b.node('Add', [offset, column])])
    return isFloat ? gathered : float(gathered)
  }
  // As many as there are samples: ONNX Runtime is slow where it spreads one weight over three.
  const samples = b.constant('samples', tensorOf('int64', [2], [width, 3]))
  const columnWeight = b.node('Expand', [b.node('Unsqueeze', [columns.weight, last]), samples])
  const blendedRow = (row: string): string => {
    const offset = b.node('Unsqueeze', [b.node('Mul', [row, columns.length]), last])
    return blend(b, neighbour(offset, columns.first), neighbour(offset, columns.second), columnWeight)
  }
  const upper = b.scope('upper', () => blendedRow(rows.first))
  const lower = b.scope('lower', () => blendedRow(rows.second))
  const resized = blend(b, upper, lower, b.node('Unsqueeze', [rows.weight, lastTwo]))
  const planes = b.node('Transpose', [resized], { perm: [2, 0, 1] })
  const batch = b.node('Unsqueeze', [planes, b.constant('batch', tensorOf('int64', [1], [0]))])
  b.output(normalise(b, batch, recipe), 'float32', [1, 3, height, width])
  return b.build()
}

function checkResize({ name, input }: Recipe): void {
  if (input.resize === 'bilinear' && !input.keepAspect) return
  const how = `${input.resize}${input.keepAspect ? ', at its own aspect ratio' : ''}`
  throw unsupported(
    name,
    `a picture is resized ${how}, which no graph does here yet`,
    'Export it with --io tensor, and give it pictures that are resized and normalised as its recipe says',
  )
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
