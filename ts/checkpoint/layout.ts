/** How a tensor lies in its file: dtype, shape, strides and the place of its first element. */

import { byteLength, elementBytes, elementCount, type DType, type Shape } from '../tensor.js'
import { limits } from './limits.js'
import { malformed, refused } from './problems.js'

/** A view on elements that lie one after another. */
export interface Layout {
  readonly dtype: DType
  readonly shape: Shape
  /** From one element to the next along each dimension, in elements, none negative. */
  readonly strides: readonly number[]
}

export interface StoredTensor extends Layout {
  /** Of the first element, in bytes from the start of the file. */
  readonly offset: number
}

/** The strides of a tensor whose elements follow one another in C order. */
export function contiguousStrides(shape: Shape): number[] {
  const strides: number[] = []
  let step = 1
  for (let dim = shape.length - 1; dim >= 0; dim--) {
    strides[dim] = step
    step *= shape[dim]!
  }
  return strides
}

/** Whether its bytes in the file are the tensor as it is. */
export function isContiguous({ shape, strides }: Layout): boolean {
  const count = elementCount(shape)
  const dense = contiguousStrides(shape)
  return count === 0 || shape.every((size, dim) => size === 1 || strides[dim] === dense[dim])
}

/** Bytes from the first element to the end of the last. */
export function spanBytes({ dtype, shape, strides }: Layout): number {
  if (elementCount(shape) === 0) return 0
  const last = shape.reduce((sum, size, dim) => sum + (size - 1) * strides[dim]!, 0)
  return (last + 1) * elementBytes[dtype]
}

/**
 * Throws where a shape or its strides are not sizes, the view reaches past `availableBytes`, or it repeats elements to
 * more than a limit.
 */
export function checkLayout(layout: Layout, availableBytes: number, what: string): void {
  const { dtype, shape, strides } = layout
  if (shape.length !== strides.length)
    throw malformed(`${what} has ${shape.length} sizes and ${strides.length} strides`)
  if (shape.length > limits.rank)
    throw refused(`${what} has ${shape.length} dimensions, expected ${limits.rank} at most`)
  if (![...shape, ...strides].every((size) => Number.isSafeInteger(size) && size >= 0)) {
    throw malformed(`${what} has sizes or strides that are not whole numbers from 0`)
  }
  if (!Number.isSafeInteger(elementCount(shape))) throw malformed(`${what} has more elements than can be counted`)
  if (elementCount(shape) === 0) return
  // Past 2^53 sums are rounded, but never below what a file can have.
  const bytes = byteLength(dtype, shape)
  const span = spanBytes(layout)
  if (span > availableBytes) {
    throw malformed(`${what} reaches outside its storage: it needs ${span} bytes of ${Math.max(0, availableBytes)}`)
  }
  if (bytes > Math.max(span, limits.repeatedBytes)) {
    throw refused(`${what} repeats its elements to ${bytes} bytes, expected ${limits.repeatedBytes} at most`)
  }
}
