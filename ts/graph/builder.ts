/** Writes a graph operator by operator, with names that a person can find in a profile. */

import { PdfnetError } from '../errors.js'
import type { DType, Shape, Tensor } from '../tensor.js'
import { attributeOf, type AttributeValue } from './attributes.js'
import { initializerOf, valueInfo, type Attribute, type Dim, type Initializer } from './model.js'
import type { Model, Node, TensorData, ValueInfo } from './model.js'

export interface BuilderOptions {
  /** @default 17, which every TensorRT from 8.6 on takes */
  readonly opset?: number
}

export type Attributes = Readonly<Record<string, AttributeValue>>

export interface NodeOptions {
  /** The node's name, and its output's, within the scope. @default the operator's */
  readonly name?: string
  /** As `Node.island`. */
  readonly island?: string | undefined
}

const irVersion = 8

/**
 * Values go by name, and a name is given once: the second `Relu` of a scope is `Relu_1`. Mistakes of the caller's (a
 * value that nothing makes, a name given twice) throw ERR_INTERNAL: no input of a user's leads to them.
 *
 * @example
 * const b = new GraphBuilder('double')
 * const x = b.input('x', 'float32', ['n'])
 * b.output(b.node('Add', [x, x], {}, { name: 'y' }), 'float32', ['n'])
 * await writeOnnx(b.build(), 'double.onnx')
 */
export class GraphBuilder {
  readonly #name: string
  readonly #opset: number
  readonly #nodes: Node[] = []
  readonly #inputs: ValueInfo[] = []
  readonly #outputs: ValueInfo[] = []
  readonly #initializers: Initializer[] = []
  readonly #names = new Set<string>()
  readonly #repeats = new Map<string, number>()
  #scope = ''

  constructor(name: string, { opset = 17 }: BuilderOptions = {}) {
    this.#name = name
    this.#opset = opset
  }

  /** Names that `body` makes begin with `name/`. Scopes nest. */
  scope<T>(name: string, body: () => T): T {
    const outer = this.#scope
    this.#scope = `${outer}${name}/`
    try {
      return body()
    } finally {
      this.#scope = outer
    }
  }

  input(name: string, dtype: DType, dims: readonly Dim[]): string {
    this.#inputs.push(valueInfo(name, dtype, dims))
    return this.#claim(name)
  }

  output(value: string, dtype: DType, dims: readonly Dim[]): void {
    this.#outputs.push(valueInfo(this.#known(value), dtype, dims))
  }

  /** An initialiser under exactly that name, the checkpoint's; its bytes need not be in memory yet. */
  weight(name: string, dtype: DType, shape: Shape, data: TensorData): string {
    this.#initializers.push({ name, dtype, shape, data })
    return this.#claim(name)
  }

  /** A small initialiser of the graph's own, named within the scope. */
  constant(name: string, tensor: Tensor): string {
    const unique = this.#unique(name)
    this.#initializers.push(initializerOf(unique, tensor))
    return this.#claim(unique)
  }

  /**
   * Adds an operator of the standard domain, or `domain::operator`. An empty input is one that is left out.
   * @returns the name of its output
   */
  node(operator: string, inputs: readonly string[], attributes: Attributes = {}, options: NodeOptions = {}): string {
    return this.nodes(operator, inputs, 1, attributes, options)[0]!
  }

  /** Adds an operator with several outputs; returns their names. */
  nodes(
    operator: string,
    inputs: readonly string[],
    outputs: number,
    attributes: Attributes = {},
    options: NodeOptions = {},
  ): string[] {
    const [opType, domain = ''] = operator.split('::').reverse() as [string, string?]
    const name = this.#unique(options.name ?? opType)
    for (const input of inputs) if (input !== '') this.#known(input)
    const names = outputs === 1 ? [name] : Array.from({ length: outputs }, (_, i) => `${name}.${i}`)
    const entries = Object.entries(attributes).map(([key, value]): [string, Attribute] => [key, attributeOf(value)])
    const { island } = options
    const node = { opType, domain, name, inputs, outputs: names, attributes: new Map(entries) }
    this.#nodes.push(island === undefined ? node : { ...node, island })
    return names.map((one) => this.#claim(one))
  }

  build(): Model {
    const microsoft = this.#nodes.some((node) => node.domain === 'com.microsoft')
    return {
      irVersion,
      producer: { name: 'pdfnet-trt', version: '' },
      opsets: [{ domain: '', version: this.#opset }, ...(microsoft ? [{ domain: 'com.microsoft', version: 1 }] : [])],
      graph: {
        name: this.#name,
        nodes: [...this.#nodes],
        inputs: [...this.#inputs],
        outputs: [...this.#outputs],
        initializers: [...this.#initializers],
        values: [],
      },
      functions: [],
    }
  }

  #unique(name: string): string {
    const scoped = this.#scope + name
    const repeat = this.#repeats.get(scoped) ?? 0
    this.#repeats.set(scoped, repeat + 1)
    return repeat === 0 ? scoped : `${scoped}_${repeat}`
  }

  #claim(name: string): string {
    if (this.#names.has(name))
      throw new PdfnetError('ERR_INTERNAL', `two values of graph ${this.#name} are named ${name}`)
    this.#names.add(name)
    return name
  }

  #known(name: string): string {
    if (!this.#names.has(name))
      throw new PdfnetError('ERR_INTERNAL', `no value of graph ${this.#name} is named ${name}`)
    return name
  }
}
