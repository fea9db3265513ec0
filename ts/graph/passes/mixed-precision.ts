/** Pass: half precision, with islands of single precision where half is too short or too coarse. */

import { PdfnetError } from '../../errors.js'
import { attributeOf, intAttribute } from '../attributes.js'
import { onnxNumber } from '../dtypes.js'
import { isOperator, isStandardDomain, type Attribute, type Initializer, type Model, type Node } from '../model.js'
import { narrowed } from '../narrow.js'
import { subgraphs } from '../uses.js'
import { sortNodes } from './sort-nodes.js'

/** Whether a node is to stay in single precision. */
export type IsIsland = (node: Node) => boolean

/** As the graph's writer marked them. */
export const isMarkedIsland: IsIsland = ({ island }) => island !== undefined

/**
 * Inputs and outputs keep their types. A value is cast at most once each way, however many nodes use it, and a weight is
 * stored once: in half precision (converted when it is written) unless an island uses it too. Operators that are not
 * known to have a half-precision form stay in single precision, like an island. Expects constants folded.
 *
 * Throws ERR_ONNX_OPERATOR for control flow. Writing the model rejects with ERR_MODEL_MISMATCH for a weight that half
 * precision cannot hold.
 */
export function mixedPrecision(model: Model, isIsland: IsIsland = isMarkedIsland): Model {
  return new Mixer(model, isIsland).run()
}

/** The names of the values that `mixedPrecision` computes in half precision, in order: none of the weights. */
export function halfValues(model: Model, isIsland: IsIsland = isMarkedIsland): string[] {
  return new Mixer(model, isIsland).halfValues()
}

type Precision = 'float16' | 'float32'

class Mixer {
  readonly #model: Model
  /** Of the values of real numbers: what they are computed in, or stored. */
  readonly #precision = new Map<string, Precision>()
  /** What nodes make: all but inputs and weights. */
  readonly #computed = new Set<string>()
  readonly #isHalf: (node: Node) => boolean
  readonly #casts = new Map<string, Node>()
  readonly #outputs: ReadonlySet<string>

  constructor(model: Model, isIsland: IsIsland) {
    this.#model = sortNodes(model)
    const { graph } = this.#model
    this.#isHalf = (node) => isStandardDomain(node.domain) && halfOperators.has(node.opType) && !isIsland(node)
    this.#outputs = new Set(graph.outputs.map(({ name }) => name))
    for (const { name, tensor } of graph.inputs) if (tensor?.dtype === 'float32') this.#precision.set(name, 'float32')
    for (const { name, dtype } of graph.initializers) if (dtype === 'float32') this.#precision.set(name, 'float16')
    for (const node of graph.nodes) this.#place(node)
  }

  run(): Model {
    const { graph } = this.#model
    const nodes = graph.nodes.map((node) => this.#rewritten(node))
    const initializers = graph.initializers.map((tensor) => this.#stored(tensor))
    // What a graph gives out keeps its name and its type.
    const outputs = [...this.#outputs].filter((name) => this.#precision.get(name) === 'float16')
    const given = outputs.map((name) => castNode(halfName(name), name, 'float32'))
    const mixed = { ...graph, nodes: [...this.#casts.values(), ...nodes, ...given], initializers, values: [] }
    return sortNodes({ ...this.#model, graph: mixed })
  }

  halfValues(): string[] {
    const values = this.#model.graph.nodes.flatMap(({ outputs }) => outputs)
    return values.filter((name) => this.#precision.get(name) === 'float16')
  }

  /** Notes the precision of a node's results, and which weights must be kept in single precision for it. */
  #place(node: Node): void {
    if (subgraphs(node).length > 0) {
      throw new PdfnetError('ERR_ONNX_OPERATOR', `half precision is not supported for graphs with ${node.opType}`)
    }
    const half = this.#isHalf(node)
    if (isReal(node, (name) => this.#precision.has(name))) {
      // Further ones than a split's are indices, or statistics that are single in any case.
      const results = isOperator(node, 'Split') ? node.outputs : node.outputs.slice(0, 1)
      for (const output of results) this.#precision.set(output, half ? 'float16' : 'float32')
    }
    node.inputs.forEach((input, i) => {
      const isWeight = !this.#computed.has(input) && this.#precision.has(input)
      if (isWeight && wanted(node, i, half) === 'float32') this.#precision.set(input, 'float32')
    })
    for (const output of node.outputs) this.#computed.add(output)
  }

  #rewritten(node: Node): Node {
    const half = this.#isHalf(node)
    const inputs = isOperator(node, 'Shape')
      ? node.inputs.map((input) => this.#nameOf(input))
      : node.inputs.map((input, i) => this.#as(input, wanted(node, i, half)))
    const outputs = node.outputs.map((name) => this.#nameOf(name))
    return { ...node, inputs, outputs, attributes: half ? halfAttributes(node) : node.attributes }
  }

  /** The name under which the value is to be had in that precision. */
  #as(name: string, precision: Precision): string {
    const own = this.#precision.get(name)
    if (own === undefined || own === precision) return this.#nameOf(name)
    // Of an output of the graph the other form is made in any case.
    if (precision === 'float32' && this.#outputs.has(name)) return name
    const cast = precision === 'float16' ? halfName(name) : `${name}.float32`
    this.#casts.set(cast, castNode(this.#nameOf(name), cast, precision))
    return cast
  }

  /** The name of a value in the precision that it is computed in. */
  #nameOf(name: string): string {
    return this.#outputs.has(name) && this.#precision.get(name) === 'float16' ? halfName(name) : name
  }

  #stored(tensor: Initializer): Initializer {
    return this.#precision.get(tensor.name) === 'float16' ? narrowed(tensor) : tensor
  }
}

function halfName(name: string): string {
  return `${name}.float16`
}

function castNode(from: string, to: string, precision: Precision): Node {
  const attributes = new Map([['to', attributeOf(onnxNumber(precision))]])
  return { opType: 'Cast', domain: '', name: to, inputs: [from], outputs: [to], attributes }
}

/** What a node takes its i-th input in, should that be real numbers. */
function wanted(node: Node, i: number, half: boolean): Precision {
  // The scales of a resize have no half-precision form.
  const isScale = isOperator(node, 'Resize') && i === 2
  return half && !isScale ? 'float16' : 'float32'
}

/** Whether a node gives real numbers. */
function isReal(node: Node, isRealValue: (name: string) => boolean): boolean {
  if (isOperator(node, 'Cast')) return intAttribute(node, 'to', 0) === onnxNumber('float32')
  if (isStandardDomain(node.domain) && notReal.has(node.opType)) return false
  // Of a choice between two, the first input is which.
  return isRealValue(node.inputs[isOperator(node, 'Where') ? 1 : 0] ?? '')
}

function halfAttributes(node: Node): ReadonlyMap<string, Attribute> {
  if (!isOperator(node, 'Cast') || intAttribute(node, 'to', 0) !== onnxNumber('float32')) return node.attributes
  return new Map([...node.attributes, ['to', attributeOf(onnxNumber('float16'))]])
}

/** Whose results are whole numbers or truths, whatever their inputs. */
const notReal: ReadonlySet<string> = new Set(
  'And ArgMax ArgMin Equal Greater GreaterOrEqual IsInf IsNaN Less LessOrEqual NonZero Not Or Shape Size Xor'.split(
    ' ',
  ),
)

/** Those of networks here and of convolutional ones, whose real inputs and results are all of one type. */
const halfOperators: ReadonlySet<string> = new Set(
  `
  Abs Add AveragePool BatchNormalization Cast Clip Concat Conv ConvTranspose Div Erf Exp Expand Flatten Gather Gelu Gemm
  GlobalAveragePool Greater GreaterOrEqual Identity LayerNormalization LeakyRelu Less LessOrEqual MatMul Max MaxPool Min
  Mul Neg Pad Pow PRelu Reciprocal ReduceMax ReduceMean ReduceMin ReduceSum ReduceSumSquare Relu Reshape Resize Sigmoid
  Slice Softmax Split Sqrt Squeeze Sub Tanh Transpose Unsqueeze Where
`
    .trim()
    .split(/\s+/),
)
