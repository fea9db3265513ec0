/** The ONNX graph: its representation in memory, its file format, and its passes. */

export { intAttribute, intsAttribute, stringAttribute, type AttributeValue } from './attributes.js'
export { BadWeights } from './bad-weights.js'
export { GraphBuilder, type Attributes, type BuilderOptions, type NodeOptions } from './builder.js'
export { decodeModel } from './decode.js'
export { bfloat16ToFloat32, float16ToFloat32, float32ToFloat16 } from './half.js'
export { initializerOf, isOperator, valueInfo } from './model.js'
export type {
  Attribute,
  Dim,
  Graph,
  Initializer,
  LocalFunction,
  Model,
  Node,
  Opset,
  TensorData,
  ValueInfo,
} from './model.js'
export { checkOperators } from './operators.js'
export {
  foldConstants,
  halfValues,
  isMarkedIsland,
  keepOutputs,
  mixedPrecision,
  removeDead,
  removeIdentities,
  renameValues,
  resizeInput,
  shapeOf,
  sortNodes,
  toFloat32,
  type IsIsland,
} from './passes/index.js'
export { readOnnx } from './read.js'
export { tensorBytes, tensorPieces } from './tensor-data.js'
export { writeOnnx, type WriteOptions } from './write.js'
