/** The graph after the network: its output at the picture's size, quantised once. */

import { GraphBuilder, type Model } from '../graph/index.js'
import { tensorOf } from '../tensor.js'
import type { Recipe } from './recipe.js'
import type { Target } from './target.js'
import { unsupported } from './unsupported.js'

/** What a matte may be made of: 0…255, 0…65535, or 0…1. */
export type MatteType = 'uint8' | 'uint16' | 'float32'

const largest = { uint8: 255, uint16: 65535, float32: 1 } as const
const onnxNumber = { uint8: 2, uint16: 4 } as const

/**
 * Inputs `alpha`, float32 [1, 1, S, S], the network's output, and `size`, int64 [2], height and width; output `matte`,
 * [height, width]. TensorRT has no uint16: there it is uint8 [height, width, 2], the same bytes, little-endian.
 *
 * Quantised, all but the cast stands before the resize, on the small map: bilinear weights are never negative and add
 * up to 1, so the order does not matter, and the large map is held once as floats and once as the result. The cast cuts
 * off, so the half that rounds is added before as well. Throws ERR_MODEL_UNSUPPORTED where the output is no alpha.
 */
export function postGraph(recipe: Recipe, type: MatteType, target: Target): Model {
  if (recipe.output.kind !== 'alpha') {
    throw unsupported(recipe.name, `its output is ${recipe.output.kind}, of which no matte is made`, 'Use --io tensor')
  }
  const [height, width] = recipe.input.size
  const b = new GraphBuilder(`${recipe.name}-post-${type}`)
  const float = (name: string, value: number) => b.constant(name, tensorOf('float32', [], [value]))
  const alpha = b.input('alpha', 'float32', [1, 1, height, width])
  const size = b.input('size', 'int64', [2])
  const clamp = (value: string, name: string) =>
    b.node('Clip', [value, float('zero', 0), float('one', 1)], {}, { name })
  const resize = (value: string) =>
    b.node('Resize', [value, '', '', size], { mode: 'linear', coordinate_transformation_mode: 'half_pixel' })
  const cast = (value: string, to: 'uint8' | 'uint16') =>
    b.node('Cast', [value], { to: onnxNumber[to] }, { name: 'matte' })

  const small = b.node('Reshape', [alpha, b.constant('plane', tensorOf('int64', [2], [height, width]))])
  const active = recipe.output.activation === 'sigmoid' ? b.node('Sigmoid', [small]) : small
  if (type === 'float32') {
    b.output(clamp(resize(active), 'matte'), type, ['height', 'width'])
    return b.build()
  }
  const scaled = b.node('Mul', [clamp(active, 'clamped'), float('largest', largest[type])])
  const large = resize(b.node('Add', [scaled, float('half', 0.5)]))
  if (type === 'uint16' && target === 'tensorrt') {
    b.output(cast(bytesOf(b, large), 'uint8'), 'uint8', ['height', 'width', 2])
  } else {
    b.output(cast(large, type), type, ['height', 'width'])
  }
  return b.build()
}

/** Whole parts of 0…65535 as floats [height, width, 2] of 0…255, the low byte first: powers of two divide exactly. */
function bytesOf(b: GraphBuilder, value: string): string {
  const float = (name: string, shape: readonly number[], values: readonly number[]) =>
    b.constant(name, tensorOf('float32', shape, values))
  const last = b.node('Unsqueeze', [value, b.constant('last', tensorOf('int64', [1], [2]))])
  const wholes = b.node('Floor', [b.node('Mul', [last, float('units', [2], [1, 1 / 256])])])
  const above = b.node('Floor', [b.node('Mul', [last, float('carries', [2], [1 / 256, 1 / 65536])])])
  return b.node('Sub', [wholes, b.node('Mul', [above, float('base', [], [256])])])
}
