/** Types and shapes of values, for the few operators that convolutional networks are made of: what is unknown is skipped. */

import type { DType, Shape } from '../tensor.js'
import { intAttribute, intsAttribute, stringAttribute } from './attributes.js'
import { dtypeOfNumber } from './dtypes.js'
import { isStandardDomain, type Node } from './model.js'

export interface ValueType {
  readonly dtype: DType
  /** Undefined where it is not known. */
  readonly shape: Shape | undefined
}

/** What is known of a node's inputs: their types, and the numbers of those that are small constants. */
export interface Known {
  readonly type: (name: string | undefined) => ValueType | undefined
  readonly numbers: (name: string | undefined) => readonly number[] | undefined
}

/** The type of the node's first output, if it can be told for certain. */
export function inferType(node: Node, known: Known): ValueType | undefined {
  if (!isStandardDomain(node.domain)) return undefined
  const first = known.type(node.inputs[0])
  if (node.opType === 'Cast') {
    const dtype = dtypeOfNumber(intAttribute(node, 'to', 0))
    return dtype && { dtype, shape: first?.shape }
  }
  if (node.opType === 'Shape') return { dtype: 'int64', shape: first?.shape && [first.shape.length] }
  if (!first) return undefined
  const { dtype } = first
  if (sameShape.has(node.opType)) return first
  switch (node.opType) {
    case 'Add':
    case 'Sub':
    case 'Mul':
    case 'Div':
      return { dtype, shape: broadcast(first.shape, known.type(node.inputs[1])?.shape) }
    case 'Conv':
      return { dtype, shape: convolved(node, first.shape, known.type(node.inputs[1])?.shape) }
    case 'MaxPool':
    case 'AveragePool':
      return { dtype, shape: pooled(node, first.shape) }
    case 'Concat':
      return {
        dtype,
        shape: joined(
          node,
          node.inputs.map((name) => known.type(name)?.shape),
        ),
      }
    case 'Resize':
      return { dtype, shape: resized(node, first.shape, known) }
    default:
      return undefined
  }
}

const sameShape: ReadonlySet<string> = new Set([
  'BatchNormalization',
  'Clip',
  'Identity',
  'LeakyRelu',
  'PRelu',
  'Relu',
  'Sigmoid',
  'Tanh',
])

function broadcast(a: Shape | undefined, b: Shape | undefined): Shape | undefined {
  if (!a || !b) return undefined
  const rank = Math.max(a.length, b.length)
  const shape: number[] = []
  for (let i = 0; i < rank; i++) {
    const m = a[a.length - rank + i] ?? 1
    const n = b[b.length - rank + i] ?? 1
    if (m !== n && m !== 1 && n !== 1) return undefined
    shape.push(m === 1 ? n : m)
  }
  return shape
}

function convolved(node: Node, input: Shape | undefined, weight: Shape | undefined): Shape | undefined {
  if (!input || !weight) return undefined
  const spatial = slid(node, input.slice(2), intsAttribute(node, 'kernel_shape') ?? weight.slice(2))
  return spatial && [input[0]!, weight[0]!, ...spatial]
}

function pooled(node: Node, input: Shape | undefined): Shape | undefined {
  const kernel = intsAttribute(node, 'kernel_shape')
  const spatial = input && kernel && slid(node, input.slice(2), kernel)
  return spatial && [...input.slice(0, 2), ...spatial]
}

/** Sizes after a window has slid over `sizes`. */
function slid(node: Node, sizes: Shape, kernel: Shape): Shape | undefined {
  const automatic = stringAttribute(node, 'auto_pad', 'NOTSET')
  if (automatic !== 'NOTSET' || kernel.length !== sizes.length) return undefined
  const strides = intsAttribute(node, 'strides')
  const dilations = intsAttribute(node, 'dilations')
  const pads = intsAttribute(node, 'pads')
  const ceil = intAttribute(node, 'ceil_mode', 0) === 1
  const shape = sizes.map((size, i) => {
    const stride = strides?.[i] ?? 1
    const before = pads?.[i] ?? 0
    const padded = size + before + (pads?.[i + sizes.length] ?? 0)
    const room = padded - ((kernel[i]! - 1) * (dilations?.[i] ?? 1) + 1)
    if (!ceil) return Math.floor(room / stride) + 1
    const steps = Math.ceil(room / stride) + 1
    // A last window that starts in the padding on the right is counted by some runtimes only.
    return (steps - 1) * stride < size + before ? steps : NaN
  })
  // A stride of 0 has no end.
  return shape.every((size) => size > 0 && Number.isSafeInteger(size)) ? shape : undefined
}

function joined(node: Node, shapes: readonly (Shape | undefined)[]): Shape | undefined {
  const first = shapes[0]
  if (!first) return undefined
  const axis = intAttribute(node, 'axis', 0)
  const at = axis < 0 ? axis + first.length : axis
  let sum = 0
  for (const shape of shapes) {
    if (shape?.length !== first.length || shape.some((size, i) => i !== at && size !== first[i])) return undefined
    sum += shape[at] ?? NaN
  }
  return Number.isNaN(sum) ? undefined : first.map((size, i) => (i === at ? sum : size))
}

/** By sizes, or by scales that are whole: how others round is left to the runtime. */
function resized(node: Node, input: Shape | undefined, known: Known): Shape | undefined {
  if (
    !input ||
    node.attributes.has('axes') ||
    stringAttribute(node, 'keep_aspect_ratio_policy', 'stretch') !== 'stretch'
  ) {
    return undefined
  }
  const scales = known.numbers(node.inputs[2])
  const whole = scales?.length === input.length && scales.every((scale) => Number.isInteger(scale))
  const sizes = known.numbers(node.inputs[3]) ?? (whole ? input.map((size, i) => size * scales[i]!) : undefined)
  return sizes?.length === input.length && sizes.every((size) => size > 0) ? sizes : undefined
}
