/** The graph after the network: its output at the picture's size, quantised once. */

import { GraphBuilder, type Model } from '../graph/index.js'
import { tensorOf } from '../tensor.js'
import type { Recipe } from './recipe.js'

/** What a matte may be made of: 0…255, 0…65535, or 0…1. */
export type MatteType = 'uint8' | 'uint16' | 'float32'

const largest = { uint8: 255, uint16: 65535, float32: 1 } as const
const onnxNumber = { uint8: 2, uint16: 4 } as const

/**
 * Inputs `alpha`, float32 [1, 1, S, S], the network's output, and `size`, int64 [2], height and width; output `matte`,
 * [height, width]. Activation, clamping and scaling come before the resize, on the small map: bilinear weights are
 * never negative and add up to 1, so that the order is the same to the network's precision, and the large map is
 * touched twice only. A cast cuts off, so the half that rounds is added before as well.
 */
export function postGraph(recipe: Recipe, type: MatteType): Model {
  const [height, width] = recipe.input.size
  const b = new GraphBuilder(`${recipe.name}-post-${type}`)
  const float = (name: string, value: number) => b.constant(name, tensorOf('float32', [], [value]))
  const alpha = b.input('alpha', 'float32', [1, 1, height, width])
  const size = b.input('size', 'int64', [2])

  const active = recipe.output.activation === 'sigmoid' ? b.node('Sigmoid', [alpha]) : alpha
  const clamped = b.node('Clip', [active, float('zero', 0), float('one', 1)])
  const whole = b.constant('whole', tensorOf('int64', [2], [1, 1]))
  const sizes = b.node('Concat', [whole, size], { axis: 0 }, { name: 'sizes' })
  const resize = (value: string) =>
    b.node('Resize', [value, '', '', sizes], { mode: 'linear', coordinate_transformation_mode: 'half_pixel' })
  const plane = (value: string, name: string) => b.node('Reshape', [value, size], {}, { name })

  if (type === 'float32') {
    b.output(plane(resize(clamped), 'matte'), type, ['height', 'width'])
    return b.build()
  }
  const scaled = b.node('Mul', [clamped, float('largest', largest[type])])
  const rounding = b.node('Add', [scaled, float('half', 0.5)])
  const large = plane(resize(rounding), 'plane')
  b.output(b.node('Cast', [large], { to: onnxNumber[type] }, { name: 'matte' }), type, ['height', 'width'])
  return b.build()
}
