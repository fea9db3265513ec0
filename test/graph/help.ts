/** What the tests of graphs share: small models, and what stands in them. */

import { GraphBuilder, type Graph, type Initializer, type Model, type Node } from '#dist/graph/index.js'
import { tensorOf, type Tensor } from '#dist/tensor.js'

/** y = relu(conv(x, w) + b), with a weight large enough for external data. */
export function convolution(weight: Tensor = filled(16 * 3 * 3 * 3)): Model {
  const b = new GraphBuilder('convolution')
  const x = b.input('x', 'float32', [1, 3, 'height', 'width'])
  const w = b.weight('w', weight.dtype, [16, 3, 3, 3], { kind: 'bytes', bytes: weight.data })
  const bias = b.constant('b', tensorOf('float32', [16], new Array<number>(16).fill(0.5)))
  const y = b.node('Relu', [b.node('Conv', [x, w, bias], { pads: [1, 1, 1, 1] })], {}, { name: 'y' })
  b.output(y, 'float32', [1, 16, 'height', 'width'])
  return b.build()
}

/** Bytes that differ from place to place. */
export function filled(count: number): Tensor {
  return tensorOf(
    'float32',
    [count],
    Array.from({ length: count }, (_, i) => (i % 251) / 251),
  )
}

export function withGraph(model: Model, change: Partial<Graph>): Model {
  return { ...model, graph: { ...model.graph, ...change } }
}

export function operators(model: Model): string[] {
  return model.graph.nodes.map((node) => node.opType)
}

export function nodeNamed(model: Model, name: string): Node {
  const node = model.graph.nodes.find((one) => one.name === name)
  if (!node) throw new Error(`no node is named ${name}`)
  return node
}

export function initializerNamed(model: Model, name: string): Initializer {
  const tensor = model.graph.initializers.find((one) => one.name === name)
  if (!tensor) throw new Error(`no initialiser is named ${name}`)
  return tensor
}

/** An If whose branches take `values` from outside, each as they are. */
export function choice(condition: string, values: readonly [string, string], output: string): Node {
  const branch = (name: string, value: string): Graph => ({
    name,
    nodes: [
      { opType: 'Relu', domain: '', name: `${name}/Relu`, inputs: [value], outputs: [name], attributes: new Map() },
    ],
    inputs: [],
    outputs: [{ name }],
    initializers: [],
    values: [],
  })
  return {
    opType: 'If',
    domain: '',
    name: output,
    inputs: [condition],
    outputs: [output],
    attributes: new Map([
      ['then_branch', { type: 'graph', value: branch('then', values[0]) }],
      ['else_branch', { type: 'graph', value: branch('else', values[1]) }],
    ]),
  }
}
