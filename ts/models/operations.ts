/** The operators that networks are made of, with the sizes of what they give. */

import type { Shape } from '../tensor.js'
import type { Module, Value } from './module.js'

/** Of an axis whose size only the run tells. */
export const unknownSize = -1

/** One size may be unknown: it follows from the others. */
export function reshape(m: Module, x: Value, shape: Shape): Value {
  return m.apply('Reshape', [x, m.integers(shape)], shape)
}

/** Result axis i is axis `order[i]` of `x`. */
export function transpose(m: Module, x: Value, order: readonly number[]): Value {
  return m.apply(
    'Transpose',
    [x],
    order.map((axis) => x.shape[axis]!),
    { perm: order },
  )
}

export function concat(m: Module, parts: readonly Value[], axis: number): Value {
  const [first] = parts
  if (parts.length === 1) return first!
  const sizes = parts.map(({ shape }) => shape[axis]!)
  const size = sizes.includes(unknownSize) ? unknownSize : sizes.reduce((sum, one) => sum + one, 0)
  return m.apply('Concat', parts, withSize(first!.shape, axis, size), { axis })
}

/** Equal parts. */
export function split(m: Module, x: Value, count: number, axis: number): Value[] {
  const shape = withSize(x.shape, axis, x.shape[axis]! / count)
  return m.applyMany('Split', [x], new Array<Shape>(count).fill(shape), { axis })
}

/** From `start` up to, not including, `end`: to the axis's own end where that is unknown. */
export function slice(m: Module, x: Value, start: number, end: number, axis: number): Value {
  const isKnown = end !== unknownSize
  const limits = [[start], [isKnown ? end : Number.MAX_SAFE_INTEGER], [axis]].map((one) => m.integers(one))
  return m.apply('Slice', [x, ...limits], withSize(x.shape, axis, isKnown ? end - start : unknownSize))
}

/** The entries of `axis` that the vector `indices` names. */
export function gather(m: Module, x: Value, indices: Value, axis: number): Value {
  return m.apply('Gather', [x, indices], withSize(x.shape, axis, indices.shape[0]!), { axis })
}

/** Zeros after the end of each axis. */
export function padEnd(m: Module, x: Value, sizes: Shape): Value {
  const pads = m.integers([...sizes.map(() => 0), ...sizes])
  return m.apply(
    'Pad',
    [x, pads],
    x.shape.map((size, i) => size + sizes[i]!),
  )
}

/** The shape with another size at that axis, counted from the end where it is negative. */
export function withSize(shape: Shape, axis: number, size: number): Shape {
  const at = axis < 0 ? axis + shape.length : axis
  return shape.map((old, i) => (i === at ? size : old))
}

export const add = arithmetic('Add')
export const subtract = arithmetic('Sub')
export const multiply = arithmetic('Mul')
export const divide = arithmetic('Div')

function arithmetic(operator: string) {
  return (m: Module, a: Value, b: Value): Value => m.apply(operator, [a, b], broadcast(a.shape, b.shape))
}

function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, i) => {
    const pair = [a, b].map((shape) => shape[shape.length - rank + i] ?? 1)
    // Of an unknown size and another it is the other, unless that is spread over the unknown one.
    return pair.find((size) => size !== 1 && size !== unknownSize) ?? Math.min(...pair)
  })
}

/** Matrices are the last two axes; all before them are equal. */
export function matmul(m: Module, a: Value, b: Value): Value {
  return m.apply('MatMul', [a, b], withSize(a.shape, -1, b.shape.at(-1)!))
}

export function softmax(m: Module, x: Value): Value {
  return m.apply('Softmax', [x], x.shape, { axis: -1 })
}

export function sigmoid(m: Module, x: Value): Value {
  return m.apply('Sigmoid', [x], x.shape)
}

export function relu(m: Module, x: Value): Value {
  return m.apply('Relu', [x], x.shape)
}

/** Bilinear, the corners' centres kept in the corners, of maps [N, C, H, W]. */
export function resize(m: Module, x: Value, height: number, width: number): Value {
  if (x.shape[2] === height && x.shape[3] === width) return x
  const shape = [...x.shape.slice(0, 2), height, width]
  return m.apply('Resize', [x, undefined, undefined, m.integers(shape)], shape, {
    mode: 'linear',
    coordinate_transformation_mode: 'align_corners',
  })
}

export function resizeLike(m: Module, x: Value, like: Value): Value {
  return resize(m, x, like.shape[2]!, like.shape[3]!)
}

/** 1 where a > b, and 0 elsewhere. */
export function exceeds(m: Module, a: Value, b: Value): Value {
  const onnxFloat32 = 1
  return m.apply('Cast', [m.apply('Greater', [a, b], a.shape)], a.shape, { to: onnxFloat32 })
}
