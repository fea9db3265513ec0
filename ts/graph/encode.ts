/** A Model as the bytes of an ONNX file: everything but the large tensors, which the writer streams in between. */

import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { PdfnetError } from '../errors.js'
import { onnxNumber } from './dtypes.js'
import { attributeTypes, fieldOf } from './fields.js'
import type { Attribute, Dim, Graph, Initializer, LocalFunction, Model, Node, Opset, ValueInfo } from './model.js'

export interface ExternalPlace {
  /** The data file's name, beside the model. */
  readonly location: string
  readonly offset: number
  readonly length: number
}

/** The model's fields but its graph. */
export function encodeModelHead(model: Model): Uint8Array {
  const f = fieldOf.model
  const writer = new BinaryWriter()
  writer.tag(f.irVersion, WireType.Varint).int64(model.irVersion)
  text(writer, f.producerName, model.producer.name)
  text(writer, f.producerVersion, model.producer.version)
  for (const opset of model.opsets) nested(writer, f.opsets, () => encodeOpset(writer, opset))
  for (const local of model.functions) nested(writer, f.functions, () => encodeFunction(writer, local))
  return finish(writer, model.rest)
}

/** The graph's fields but its initialisers. */
export function encodeGraphHead(graph: Graph): Uint8Array {
  const writer = new BinaryWriter()
  encodeGraphFields(writer, graph)
  return finish(writer, graph.rest)
}

/** An initialiser's fields; its raw data, of `rawBytes` bytes, is to follow at once where that is not undefined. */
export function encodeTensorHead(tensor: Initializer, rawBytes?: number, place?: ExternalPlace): Uint8Array {
  const f = fieldOf.tensor
  const writer = new BinaryWriter()
  if (tensor.shape.length > 0) {
    nested(writer, f.dims, () => tensor.shape.forEach((size) => writer.int64(size)))
  }
  writer.tag(f.dtype, WireType.Varint).int32(onnxNumber(tensor.dtype))
  text(writer, f.name, tensor.name)
  if (tensor.rest) writer.raw(tensor.rest)
  if (place) {
    for (const [key, value] of Object.entries(place)) {
      nested(writer, f.externalData, () => {
        text(writer, fieldOf.entry.key, key)
        text(writer, fieldOf.entry.value, String(value))
      })
    }
    writer.tag(f.dataLocation, WireType.Varint).int32(1)
  }
  if (rawBytes !== undefined) writer.tag(f.rawData, WireType.LengthDelimited).uint32(rawBytes)
  return writer.finish()
}

/** What stands before `length` bytes of a nested message. */
export function encodeFieldHead(number: number, length: number): Uint8Array {
  return new BinaryWriter().tag(number, WireType.LengthDelimited).uint32(length).finish()
}

function encodeGraphFields(writer: BinaryWriter, graph: Graph): void {
  const f = fieldOf.graph
  for (const node of graph.nodes) nested(writer, f.nodes, () => encodeNode(writer, node))
  text(writer, f.name, graph.name)
  for (const info of graph.inputs) nested(writer, f.inputs, () => encodeValueInfo(writer, info))
  for (const info of graph.outputs) nested(writer, f.outputs, () => encodeValueInfo(writer, info))
  for (const info of graph.values) nested(writer, f.values, () => encodeValueInfo(writer, info))
}

function encodeOpset(writer: BinaryWriter, { domain, version }: Opset): void {
  text(writer, fieldOf.opset.domain, domain)
  writer.tag(fieldOf.opset.version, WireType.Varint).int64(version)
}

function encodeFunction(writer: BinaryWriter, local: LocalFunction): void {
  const f = fieldOf.function
  text(writer, f.name, local.name)
  text(writer, f.domain, local.domain)
  for (const node of local.nodes) nested(writer, f.nodes, () => encodeNode(writer, node))
  for (const opset of local.opsets) nested(writer, f.opsets, () => encodeOpset(writer, opset))
  if (local.rest) writer.raw(local.rest)
}

function encodeNode(writer: BinaryWriter, node: Node): void {
  const f = fieldOf.node
  for (const name of node.inputs) writer.tag(f.inputs, WireType.LengthDelimited).string(name)
  for (const name of node.outputs) writer.tag(f.outputs, WireType.LengthDelimited).string(name)
  text(writer, f.name, node.name)
  text(writer, f.opType, node.opType)
  text(writer, f.domain, node.domain)
  for (const [name, attribute] of node.attributes) {
    nested(writer, f.attributes, () => encodeAttribute(writer, name, attribute))
  }
  if (node.rest) writer.raw(node.rest)
}

function encodeAttribute(writer: BinaryWriter, name: string, attribute: Attribute): void {
  if (attribute.type === 'other') {
    writer.raw(attribute.value)
    return
  }
  const f = fieldOf.attribute
  text(writer, f.name, name)
  writer.tag(f.type, WireType.Varint).int32(attributeTypes[attribute.type])
  switch (attribute.type) {
    case 'float':
      writer.tag(f.float, WireType.Bit32).float(attribute.value)
      break
    case 'int':
      writer.tag(f.int, WireType.Varint).int64(attribute.value)
      break
    case 'string':
      writer.tag(f.string, WireType.LengthDelimited).bytes(attribute.value)
      break
    case 'tensor':
      nested(writer, f.tensor, () => encodeTensor(writer, attribute.value))
      break
    case 'graph':
      nested(writer, f.graph, () => encodeSubgraph(writer, attribute.value))
      break
    case 'floats':
      for (const value of attribute.value) writer.tag(f.floats, WireType.Bit32).float(value)
      break
    case 'ints':
      for (const value of attribute.value) writer.tag(f.ints, WireType.Varint).int64(value)
      break
    case 'strings':
      for (const value of attribute.value) writer.tag(f.strings, WireType.LengthDelimited).bytes(value)
      break
    case 'tensors':
      for (const value of attribute.value) nested(writer, f.tensors, () => encodeTensor(writer, value))
      break
    case 'graphs':
      for (const value of attribute.value) nested(writer, f.graphs, () => encodeSubgraph(writer, value))
  }
}

function encodeSubgraph(writer: BinaryWriter, graph: Graph): void {
  encodeGraphFields(writer, graph)
  for (const tensor of graph.initializers) {
    nested(writer, fieldOf.graph.initializers, () => encodeTensor(writer, tensor))
  }
  if (graph.rest) writer.raw(graph.rest)
}

function encodeTensor(writer: BinaryWriter, tensor: Initializer): void {
  const { data } = tensor
  if (data.kind !== 'bytes') {
    throw new PdfnetError('ERR_INTERNAL', `tensor ${tensor.name} of an attribute or subgraph is not in memory`)
  }
  writer.raw(encodeTensorHead(tensor, data.bytes.length)).raw(data.bytes)
}

function encodeValueInfo(writer: BinaryWriter, { name, tensor, rest }: ValueInfo): void {
  text(writer, fieldOf.valueInfo.name, name)
  if (tensor) {
    nested(writer, fieldOf.valueInfo.type, () => {
      nested(writer, fieldOf.type.tensor, () => {
        writer.tag(fieldOf.tensorType.dtype, WireType.Varint).int32(onnxNumber(tensor.dtype))
        const { dims } = tensor
        if (dims) nested(writer, fieldOf.tensorType.shape, () => dims.forEach((dim) => encodeDim(writer, dim)))
      })
    })
  }
  if (rest) writer.raw(rest)
}

function encodeDim(writer: BinaryWriter, dim: Dim): void {
  nested(writer, fieldOf.shape.dims, () => {
    if (typeof dim === 'number') writer.tag(fieldOf.dim.value, WireType.Varint).int64(dim)
    else text(writer, fieldOf.dim.param, dim)
  })
}

function nested(writer: BinaryWriter, number: number, body: () => void): void {
  writer.tag(number, WireType.LengthDelimited).fork()
  body()
  writer.join()
}

function text(writer: BinaryWriter, number: number, value: string): void {
  if (value !== '') writer.tag(number, WireType.LengthDelimited).string(value)
}

function finish(writer: BinaryWriter, rest: Uint8Array | undefined): Uint8Array {
  if (rest) writer.raw(rest)
  return writer.finish()
}
