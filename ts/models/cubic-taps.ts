/** Where the samples of a bicubic resize lie along an axis, and how much of each, worked out inside a graph. */

import type { GraphBuilder } from '../graph/index.js'
import { tensorOf } from '../tensor.js'
import { sharpness as a } from './bicubic.js'

const onnxFloat32 = 1
const onnxInt32 = 6

export interface Taps {
  /** Four of int32 [S]: the indices around each output's centre, ascending. */
  readonly at: readonly string[]
  /** Four of float32 [S], whose sum is 1. */
  readonly weights: readonly string[]
  /** int32 [1]: the picture's own size. */
  readonly length: string
}

/**
 * Half-pixel centres, edges repeated. The centre of output i is at ((2i + 1) · length − S) / 2S: whole numbers are exact
 * at any size.
 * @param shape int64, the sizes of what is resized
 * @param target int64, those of the result
 */
export function cubicTaps(b: GraphBuilder, shape: string, target: string, axis: number): Taps {
  const int = (name: string, value: number) => b.constant(name, tensorOf('int32', [], [value]))
  const sizeOf = (sizes: string, name: string) => {
    const along = b.node('Gather', [sizes, b.constant('axis', tensorOf('int64', [1], [axis]))])
    return b.node('Cast', [along], { to: onnxInt32 }, { name })
  }
  const length = sizeOf(shape, 'length')
  const size = sizeOf(target, 'size')
  const [one, two] = [int('one', 1), int('two', 2)]
  const scalar = b.node('Squeeze', [size])
  const index = b.node('Range', [int('zero', 0), scalar, one], {}, { name: 'index' })
  const odd = b.node('Add', [b.node('Mul', [index, two]), one])
  // A pixel further to the right, where all are positive: a division of whole numbers cuts towards zero.
  const centre = b.node('Add', [b.node('Mul', [odd, length]), size], {}, { name: 'centre' })
  const unit = b.node('Mul', [size, two], {}, { name: 'unit' })
  const next = b.node('Div', [centre, unit], {}, { name: 'next' })
  const rest = b.node('Sub', [centre, b.node('Mul', [next, unit])])
  const [part, whole] = [rest, unit].map((value) => b.node('Cast', [value], { to: onnxFloat32 }))
  const offset = b.node('Div', [part!, whole!], {}, { name: 'offset' })
  const last = b.node('Sub', [length, one], {}, { name: 'last' })
  const at = [2, 1, 0, -1].map((before) => {
    const tap = b.node('Sub', [next, int('before', before)])
    return b.node('Min', [b.node('Max', [tap, int('first', 0)]), last])
  })
  return { at, weights: weightsAt(b, offset), length }
}

/** Of the four samples around a centre that lies so far, 0…1, from the second to the third. */
function weightsAt(b: GraphBuilder, offset: string): string[] {
  // Of the powers 3 to 0.
  const polynomials = [
    [a, -2 * a, a, 0],
    [a + 2, -a - 3, 0, 1],
    [-a - 2, 2 * a + 3, -a, 0],
    [-a, a, 0, 0],
  ]
  return polynomials.map(([cubic, ...others]) =>
    others.reduce(
      (sum, coefficient) => {
        const product = b.node('Mul', [sum, offset])
        return coefficient === 0 ? product : b.node('Add', [product, float(b, coefficient)])
      },
      float(b, cubic!),
    ),
  )
}

function float(b: GraphBuilder, value: number): string {
  return b.constant('coefficient', tensorOf('float32', [], [value]))
}
