/** ONNX's numbers for the element types (TensorProto.DataType). */

import type { DType } from '../tensor.js'

const numberOf: Readonly<Record<DType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
}

const dtypeOf = new Map(Object.entries(numberOf).map(([dtype, number]) => [number, dtype as DType]))

export function onnxNumber(dtype: DType): number {
  return numberOf[dtype]
}

/** Undefined for strings, complex numbers and the types of 4 and 8 bits, which no tensor here has. */
export function dtypeOfNumber(number: number): DType | undefined {
  return dtypeOf.get(number)
}
