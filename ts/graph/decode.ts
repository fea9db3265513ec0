/** The bytes of an ONNX file as a Model, whose tensors are views on them. */

import { decodeTensor } from './decode-tensor.js'
import { dtypeOfNumber } from './dtypes.js'
import { attributeTypes, fieldOf } from './fields.js'
import type { Attribute, Dim, Graph, Initializer, LocalFunction, Model, Node, Opset, ValueInfo } from './model.js'
import { keep, MessageReader } from './wire.js'

/** Throws an Error that says what is wrong, without the file's name. Paths of external data are as the file gives them. */
export function decodeModel(bytes: Uint8Array): Model {
  const f = fieldOf.model
  const opsets: Opset[] = []
  const functions: LocalFunction[] = []
  const producer = { name: '', version: '' }
  let irVersion = 0
  let graph: Graph | undefined
  const rest = MessageReader.of(bytes).fields({
    [f.irVersion]: (field) => (irVersion = field.int()),
    [f.producerName]: (field) => (producer.name = field.string()),
    [f.producerVersion]: (field) => (producer.version = field.string()),
    [f.graph]: (field) => (graph = decodeGraph(field.message(), 'main')),
    [f.opsets]: (field) => opsets.push(decodeOpset(field.message())),
    [f.functions]: (field) => functions.push(decodeFunction(field.message())),
  })
  if (!graph) throw new Error('it holds no graph')
  if (irVersion < 3 || opsets.length === 0) throw new Error('it names no ONNX version')
  return { irVersion, producer, opsets, graph, functions, rest }
}

function decodeOpset(message: MessageReader): Opset {
  const opset = { domain: '', version: 0 }
  message.fields({
    [fieldOf.opset.domain]: (field) => (opset.domain = field.string()),
    [fieldOf.opset.version]: (field) => (opset.version = field.int()),
  })
  return opset
}

function decodeFunction(message: MessageReader): LocalFunction {
  const f = fieldOf.function
  const nodes: Node[] = []
  const opsets: Opset[] = []
  const names = { domain: '', name: '' }
  const rest = message.fields({
    [f.name]: (field) => (names.name = field.string()),
    [f.domain]: (field) => (names.domain = field.string()),
    [f.nodes]: (field) => nodes.push(decodeNode(field.message())),
    [f.opsets]: (field) => opsets.push(decodeOpset(field.message())),
  })
  return { ...names, opsets, nodes, rest }
}

function decodeGraph(message: MessageReader, kind: 'main' | 'sub'): Graph {
  const f = fieldOf.graph
  const nodes: Node[] = []
  const inputs: ValueInfo[] = []
  const outputs: ValueInfo[] = []
  const values: ValueInfo[] = []
  const initializers: Initializer[] = []
  const external = kind === 'main' ? 'allowed' : 'refused'
  let name = ''
  const rest = message.fields({
    [f.name]: (field) => (name = field.string()),
    [f.nodes]: (field) => nodes.push(decodeNode(field.message())),
    [f.inputs]: (field) => inputs.push(decodeValueInfo(field.message())),
    [f.outputs]: (field) => outputs.push(decodeValueInfo(field.message())),
    [f.values]: (field) => values.push(decodeValueInfo(field.message())),
    [f.initializers]: (field) => initializers.push(decodeTensor(field.message(), external)),
  })
  return { name, nodes, inputs, outputs, initializers, values, rest }
}

function decodeNode(message: MessageReader): Node {
  const f = fieldOf.node
  const inputs: string[] = []
  const outputs: string[] = []
  const attributes = new Map<string, Attribute>()
  const names = { opType: '', domain: '', name: '' }
  const rest = message.fields({
    [f.inputs]: (field) => inputs.push(field.string()),
    [f.outputs]: (field) => outputs.push(field.string()),
    [f.name]: (field) => (names.name = field.string()),
    [f.opType]: (field) => (names.opType = field.string()),
    [f.domain]: (field) => (names.domain = field.string()),
    [f.attributes]: (field) => decodeAttribute(field, attributes),
  })
  if (names.opType === '') throw new Error('a node names no operator')
  return { ...names, inputs, outputs, attributes, rest }
}

function decodeAttribute(field: MessageReader, attributes: Map<string, Attribute>): void {
  const f = fieldOf.attribute
  const found = new Map<number, Attribute>()
  const reals: Uint8Array[] = []
  const ints: bigint[] = []
  const strings: Uint8Array[] = []
  const tensors: Initializer[] = []
  const graphs: Graph[] = []
  let name = ''
  let type = 0
  const whole = field.peek()
  const t = attributeTypes
  field.message().fields({
    [f.name]: (one) => (name = one.string()),
    [f.type]: (one) => (type = one.int()),
    [f.float]: (one) => found.set(t.float, { type: 'float', value: one.float() }),
    [f.int]: (one) => found.set(t.int, { type: 'int', value: one.bigint() }),
    [f.string]: (one) => found.set(t.string, { type: 'string', value: one.bytes() }),
    [f.tensor]: (one) => found.set(t.tensor, { type: 'tensor', value: decodeTensor(one.message(), 'refused') }),
    [f.graph]: (one) => found.set(t.graph, { type: 'graph', value: decodeGraph(one.message(), 'sub') }),
    [f.floats]: (one) => one.reals(reals, 4),
    [f.ints]: (one) => one.ints(ints),
    [f.strings]: (one) => strings.push(one.bytes()),
    [f.tensors]: (one) => tensors.push(decodeTensor(one.message(), 'refused')),
    [f.graphs]: (one) => graphs.push(decodeGraph(one.message(), 'sub')),
    [f.reference]: () => (type = -1),
  })
  // An empty list leaves no field behind but its type.
  if (type === t.floats || reals.length > 0) found.set(t.floats, { type: 'floats', value: floatsOf(reals) })
  if (type === t.ints || ints.length > 0) found.set(t.ints, { type: 'ints', value: ints })
  if (type === t.strings || strings.length > 0) found.set(t.strings, { type: 'strings', value: strings })
  if (type === t.tensors || tensors.length > 0) found.set(t.tensors, { type: 'tensors', value: tensors })
  if (type === t.graphs || graphs.length > 0) found.set(t.graphs, { type: 'graphs', value: graphs })
  if (attributes.has(name)) throw new Error(`a node has two attributes ${JSON.stringify(name)}`)
  const only = type === 0 && found.size === 1 ? [...found.values()][0] : found.get(type)
  attributes.set(name, only ?? { type: 'other', value: whole })
}

function floatsOf(parts: readonly Uint8Array[]): number[] {
  const bytes = Buffer.concat(parts)
  return Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(i * 4))
}

function decodeValueInfo(message: MessageReader): ValueInfo {
  let name = ''
  let tensor: ValueInfo['tensor']
  const rest = message.fields({
    [fieldOf.valueInfo.name]: (field) => (name = field.string()),
    [fieldOf.valueInfo.type]: (field) => {
      field.message().fields({ [fieldOf.type.tensor]: (one) => (tensor = decodeTensorType(one.message())) })
      return tensor ? undefined : keep
    },
  })
  return { name, tensor, rest }
}

function decodeTensorType(message: MessageReader): ValueInfo['tensor'] {
  let number = 0
  let dims: Dim[] | undefined
  message.fields({
    [fieldOf.tensorType.dtype]: (field) => (number = field.int()),
    [fieldOf.tensorType.shape]: (field) => {
      const found: Dim[] = []
      field.message().fields({ [fieldOf.shape.dims]: (one) => found.push(decodeDim(one.message())) })
      dims = found
    },
  })
  const dtype = dtypeOfNumber(number)
  return dtype && { dtype, dims }
}

/** Some exporters write −1 for a size that is not known. */
function decodeDim(message: MessageReader): Dim {
  let dim: Dim = ''
  message.fields({
    [fieldOf.dim.value]: (field) => {
      const value = field.int()
      if (value >= 0) dim = value
    },
    [fieldOf.dim.param]: (field) => (dim = field.string()),
  })
  return dim
}
