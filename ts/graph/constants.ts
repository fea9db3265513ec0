/** Small constant tensors as plain numbers: the arithmetic of shapes that exporters leave in a graph. */

import { elementCount, type DType, type Shape, type Tensor } from '../tensor.js'
import { intAttribute, intsAttribute } from './attributes.js'
import type { Initializer, Node } from './model.js'

export interface Constant {
  readonly dtype: 'int32' | 'int64' | 'float32'
  readonly shape: Shape
  readonly values: readonly number[]
}

/** More than any shape has: what is larger is a weight, and stays as it is. */
const maxElements = 64

/** The tensor as numbers; undefined where it is large, of another type, not in memory, or past what a double holds. */
export function constantOf({ dtype, shape, data }: Initializer): Constant | undefined {
  const count = elementCount(shape)
  if (!isConstantType(dtype) || count > maxElements || data.kind !== 'bytes') return undefined
  const view = new DataView(data.bytes.buffer, data.bytes.byteOffset, data.bytes.byteLength)
  const values = Array.from({ length: count }, (_, i) => {
    if (dtype === 'int64') return Number(view.getBigInt64(i * 8, true))
    return dtype === 'int32' ? view.getInt32(i * 4, true) : view.getFloat32(i * 4, true)
  })
  return { dtype, shape, values }
}

export function tensorOfConstant({ dtype, shape, values }: Constant): Tensor {
  const array =
    dtype === 'int64'
      ? BigInt64Array.from(values, BigInt)
      : dtype === 'int32'
        ? Int32Array.from(values)
        : Float32Array.from(values)
  return { dtype, shape, data: new Uint8Array(array.buffer) }
}

function isConstantType(dtype: DType): dtype is Constant['dtype'] {
  return dtype === 'int32' || dtype === 'int64' || dtype === 'float32'
}

/** What the node gives for constant inputs; undefined where that is not certain. Vectors and scalars only. */
export function evaluate(node: Node, inputs: readonly (Constant | undefined)[]): Constant | undefined {
  const [first] = inputs
  if (!first || first.shape.length > 1) return undefined
  switch (node.opType) {
    case 'Identity':
      return first
    case 'Cast':
      return cast(first, intAttribute(node, 'to', 0))
    case 'Concat':
      return concat(inputs)
    case 'Gather':
      return gather(first, inputs[1])
    case 'Slice':
      return slice(node, first, inputs)
    case 'Squeeze':
      return first.values.length === 1 ? { ...first, shape: [] } : undefined
    case 'Unsqueeze':
      return unsqueeze(node, first, inputs[1])
    default:
      return undefined
  }
}

function cast(value: Constant, to: number): Constant | undefined {
  const dtype = to === 7 ? 'int64' : to === 6 ? 'int32' : to === 1 ? 'float32' : undefined
  const exact = value.values.every((one) => Number.isInteger(one) && Math.abs(one) < 2 ** 24)
  return dtype && exact ? { ...value, dtype } : undefined
}

function concat(inputs: readonly (Constant | undefined)[]): Constant | undefined {
  const values: number[] = []
  for (const input of inputs) {
    if (input?.shape.length !== 1 || input.dtype !== inputs[0]!.dtype) return undefined
    values.push(...input.values)
  }
  return { dtype: inputs[0]!.dtype, shape: [values.length], values }
}

function gather(from: Constant, indices: Constant | undefined): Constant | undefined {
  if (!indices || from.shape.length !== 1 || indices.shape.length > 1) return undefined
  const values = indices.values.map((index) => from.values[index < 0 ? index + from.values.length : index])
  return values.every((value) => value !== undefined) ? { dtype: from.dtype, shape: indices.shape, values } : undefined
}

function slice(node: Node, from: Constant, inputs: readonly (Constant | undefined)[]): Constant | undefined {
  // Before opset 10 the limits were attributes, and there was no step.
  const [starts, ends, axes, steps] = ['starts', 'ends', 'axes', 'steps'].map(
    (name, i) => inputs[i + 1]?.values ?? intsAttribute(node, name),
  )
  const known = node.inputs.slice(1).every((name, i) => name === '' || inputs[i + 1])
  if (!known || from.shape.length !== 1 || starts?.length !== 1 || ends?.length !== 1) return undefined
  if (![undefined, 0, -1].includes(axes?.[0]) || (steps?.[0] ?? 1) !== 1) return undefined
  const values = from.values.slice(starts[0], ends[0])
  return { dtype: from.dtype, shape: [values.length], values }
}

function unsqueeze(node: Node, value: Constant, axes: Constant | undefined): Constant | undefined {
  const at = axes?.values ?? intsAttribute(node, 'axes')
  const scalar = value.shape.length === 0 && at?.length === 1 && (at[0] === 0 || at[0] === -1)
  return scalar ? { ...value, shape: [1] } : undefined
}
