/** Pass: no half precision, for devices that compute in single precision anyway. */

import type { DType } from '../../tensor.js'
import { onnxNumber } from '../dtypes.js'
import { bfloat16ToFloat32, float16ToFloat32 } from '../half.js'
import {
  isOperator,
  type Attribute,
  type Graph,
  type Initializer,
  type Model,
  type Node,
  type ValueInfo,
} from '../model.js'
import { tensorBytes } from '../tensor-data.js'
import { mapSubgraphs } from '../uses.js'

/**
 * float16 and bfloat16 become float32: weights (each converted when it is written), constants, casts, descriptions of
 * values, inputs and outputs. Casts from float32 to float32 are left to `removeIdentities`.
 */
export function toFloat32(model: Model): Model {
  return { ...model, graph: widenGraph(model.graph, widenLater) }
}

function widenGraph(graph: Graph, widen: (tensor: Initializer) => Initializer): Graph {
  return {
    ...graph,
    nodes: graph.nodes.map(widenNode),
    inputs: graph.inputs.map(widenValue),
    outputs: graph.outputs.map(widenValue),
    values: graph.values.map(widenValue),
    initializers: graph.initializers.map(widen),
  }
}

function widenNode(node: Node): Node {
  const changed = mapSubgraphs(node, (graph) => widenGraph(graph, widenNow))
  const attributes = new Map<string, Attribute>()
  for (const [name, attribute] of changed.attributes) attributes.set(name, widenAttribute(node, name, attribute))
  return { ...changed, attributes }
}

const halves: ReadonlySet<bigint> = new Set([BigInt(onnxNumber('float16')), BigInt(onnxNumber('bfloat16'))])

function widenAttribute(node: Node, name: string, attribute: Attribute): Attribute {
  if (attribute.type === 'tensor') return { type: 'tensor', value: widenNow(attribute.value) }
  const namesType = name === 'dtype' || (name === 'to' && isOperator(node, 'Cast'))
  if (namesType && attribute.type === 'int' && halves.has(attribute.value)) {
    return { type: 'int', value: BigInt(onnxNumber('float32')) }
  }
  return attribute
}

function widenValue(info: ValueInfo): ValueInfo {
  const { tensor } = info
  if (tensor?.dtype !== 'float16' && tensor?.dtype !== 'bfloat16') return info
  return { ...info, tensor: { ...tensor, dtype: 'float32' } }
}

/** A weight is converted when it is written, so that only one is held twice. Small ones are for other passes to read. */
function widenLater(tensor: Initializer): Initializer {
  if (!isHalf(tensor)) return tensor
  if (tensor.data.kind === 'bytes' && tensor.data.bytes.length <= smallBytes) return widenNow(tensor)
  const make = async () => widened(tensor.dtype, await tensorBytes(tensor))
  return { ...tensor, dtype: 'float32', data: { kind: 'made', make } }
}

/** Tensors of attributes and subgraphs are always in memory. */
function widenNow(tensor: Initializer): Initializer {
  if (!isHalf(tensor) || tensor.data.kind !== 'bytes') return tensor
  return { ...tensor, dtype: 'float32', data: { kind: 'bytes', bytes: widened(tensor.dtype, tensor.data.bytes) } }
}

const smallBytes = 4096

function isHalf({ dtype }: Initializer): boolean {
  return dtype === 'float16' || dtype === 'bfloat16'
}

function widened(dtype: DType, bytes: Uint8Array): Uint8Array {
  return dtype === 'float16' ? float16ToFloat32(bytes) : bfloat16ToFloat32(bytes)
}
