/** The graph before a depth network: a picture of any size, resized bicubically to the size that is asked for, and normalised. */

import { GraphBuilder, type Model } from '../graph/index.js'
import { tensorOf } from '../tensor.js'
import { cubicTaps, type Taps } from './cubic-taps.js'
import { normalise } from './normalise.js'
import type { Recipe } from './recipe.js'
import type { Target } from './target.js'

const onnxFloat32 = 1

/**
 * Inputs `image`, uint8 [height, width, 3], in the order R, G, B, and `size`, int64 [2], height and width of what the
 * network takes; output `input`, for the recipe's, float32 [1, 3, h, w]. As OpenCV's INTER_CUBIC: half-pixel centres,
 * edges repeated, no antialiasing.
 *
 * Each output pixel gathers its sixteen neighbours from the picture, so that nothing in between is larger than the
 * output. As in `preGraph`, the picture is made float before that for TensorRT and after it for the CPU.
 */
export function depthPreGraph(recipe: Recipe, target: Target): Model {
  const b = new GraphBuilder(`${recipe.name}-pre`)
  const image = b.input('image', 'uint8', ['height', 'width', 3])
  const size = b.input('size', 'int64', [2])
  const float = (value: string) => b.node('Cast', [value], { to: onnxFloat32 })
  const isFloat = target === 'tensorrt'
  const shape = b.node('Shape', [image])
  const rows = b.scope('rows', () => cubicTaps(b, shape, size, 0))
  const columns = b.scope('columns', () => cubicTaps(b, shape, size, 1))
  const list = b.constant('list', tensorOf('int64', [2], [-1, 3]))
  const pixels = b.node('Reshape', [isFloat ? float(image) : image, list], {}, { name: 'pixels' })
  const axes = (name: string, ...values: number[]) => b.constant(name, tensorOf('int64', [values.length], values))
  const [last, lastTwo] = [axes('last', 1), axes('lastTwo', 1, 2)]

  const gather = (offset: string, column: string): string => {
    const gathered = b.node('Gather', [pixels, b.node('Add', [offset, column])])
    return isFloat ? gathered : float(gathered)
  }
  const blendedRow = (row: string): string => {
    const offset = b.node('Unsqueeze', [b.node('Mul', [row, columns.length]), last])
    return weightedSum(b, columns, columnWeights, (column) => gather(offset, column))
  }
  // As many as there are samples: ONNX Runtime is slow where it spreads one weight over three.
  const samples = b.constant('samples', tensorOf('int64', [2], [1, 3]))
  const columnWeights = columns.weights.map((one) => b.node('Expand', [b.node('Unsqueeze', [one, last]), samples]))
  const rowWeights = rows.weights.map((one) => b.node('Unsqueeze', [one, lastTwo]))
  const resized = weightedSum(b, rows, rowWeights, blendedRow)
  const planes = b.node('Transpose', [resized], { perm: [2, 0, 1] })
  const batch = b.node('Unsqueeze', [planes, axes('batch', 0)])
  b.output(normalise(b, batch, recipe), 'float32', [1, 3, 'inputHeight', 'inputWidth'])
  return b.build()
}

function weightedSum(
  b: GraphBuilder,
  { at }: Taps,
  weights: readonly string[],
  value: (index: string) => string,
): string {
  const products = at.map((index, tap) => b.node('Mul', [value(index), weights[tap]!]))
  return products.reduce((sum, product) => b.node('Add', [sum, product]))
}
