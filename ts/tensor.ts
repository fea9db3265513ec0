/** Element types, shapes and typed data: the words that every room shares. */

/** Bytes an element. The names are ONNX's, in lower case. */
export const elementBytes = {
  float32: 4,
  float16: 2,
  bfloat16: 2,
  float64: 8,
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  uint32: 4,
  int32: 4,
  uint64: 8,
  int64: 8,
  bool: 1,
} as const

export type DType = keyof typeof elementBytes

/** Sizes, outermost first. −1 stands for a size that is known only when it runs. */
export type Shape = readonly number[]

export interface Tensor {
  readonly dtype: DType
  readonly shape: Shape
  /** Little-endian, C order, exactly `byteLength(dtype, shape)` bytes. */
  readonly data: Uint8Array
}

export function elementCount(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1)
}

export function byteLength(dtype: DType, shape: Shape): number {
  return elementBytes[dtype] * elementCount(shape)
}

/**
 * A tensor with memory of its own whose contents are undefined: pages are touched by whoever writes them, not by this
 * call, so that large ones cost the JavaScript thread nothing.
 */
export function allocateTensor(dtype: DType, shape: Shape): Tensor {
  return { dtype, shape, data: Buffer.allocUnsafeSlow(byteLength(dtype, shape)) }
}

/** A small tensor from numbers, for shapes, sizes and tests. */
export function tensorOf(
  dtype: 'float32' | 'int32' | 'int64' | 'uint8',
  shape: Shape,
  values: readonly number[],
): Tensor {
  const array =
    dtype === 'float32'
      ? Float32Array.from(values)
      : dtype === 'int32'
        ? Int32Array.from(values)
        : dtype === 'uint8'
          ? Uint8Array.from(values)
          : BigInt64Array.from(values, BigInt)
  return { dtype, shape, data: new Uint8Array(array.buffer) }
}
