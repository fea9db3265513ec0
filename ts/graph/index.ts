/** The ONNX graph: its representation in memory, its file format, and its passes. */

export { intAttribute, intsAttribute, stringAttribute, type AttributeValue } from './attributes.js'
export { GraphBuilder, type Attributes, type BuilderOptions, type NodeOptions } from './builder.js'
export { decodeModel } from './decode.js'
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
export { foldConstants } from './passes/fold-constants.js'
export { keepOutputs } from './passes/keep-outputs.js'
export { removeDead } from './passes/remove-dead.js'
export { removeIdentities } from './passes/remove-identities.js'
export { renameValues } from './passes/rename-values.js'
export { sortNodes } from './passes/sort-nodes.js'
export { toFloat32 } from './passes/to-float32.js'
export { readOnnx } from './read.js'
export { tensorBytes, tensorPieces } from './tensor-data.js'
export { writeOnnx, type WriteOptions } from './write.js'
