/** Pass: constants as initialisers, and the arithmetic of shapes done once, here. */

import type { Shape } from '../../tensor.js'
import { constantOf, evaluate, tensorOfConstant, type Constant } from '../constants.js'
import { inferType, type ValueType } from '../infer.js'
import { initializerOf, isStandardDomain, type Initializer, type Model, type Node } from '../model.js'

/**
 * `Constant` nodes become initialisers; what follows from static shapes (Shape, Slice, Gather, Concat, …, as `Resize`
 * gets its size from) becomes a constant. Expects sorted nodes. Subgraphs are left alone.
 */
export function foldConstants(model: Model): Model {
  const { graph } = model
  const folder = new Folder(model)
  const nodes = graph.nodes.filter((node) => !folder.fold(node))
  return { ...model, graph: { ...graph, nodes, initializers: [...graph.initializers, ...folder.made] } }
}

/** The shape of the value, where it can be told for certain. Expects sorted nodes. */
export function shapeOf(model: Model, value: string): Shape | undefined {
  const folder = new Folder(model)
  for (const node of model.graph.nodes) folder.fold(node)
  return folder.shape(value)
}

class Folder {
  /** The initialisers that stand for the nodes which were folded. */
  readonly made: Initializer[] = []
  readonly #types = new Map<string, ValueType>()
  readonly #constants = new Map<string, Constant>()
  readonly #outputs: ReadonlySet<string>

  constructor({ graph }: Model) {
    this.#outputs = new Set(graph.outputs.map((info) => info.name))
    for (const { name, tensor } of graph.inputs) {
      if (tensor) this.#types.set(name, { dtype: tensor.dtype, shape: staticShape(tensor.dims) })
    }
    for (const tensor of graph.initializers) this.#know(tensor)
  }

  /** Whether the node is no longer needed. */
  fold(node: Node): boolean {
    const name = node.outputs[0]
    if (name === undefined) return false
    const folded = this.#constantOf(node, name)
    if (folded) {
      this.#know(folded)
      // An output of the graph must be made by a node.
      if (this.#outputs.has(name)) return false
      this.made.push(folded)
      return true
    }
    const type = inferType(node, {
      type: (input) => (input === undefined ? undefined : this.#types.get(input)),
      numbers: (input) => (input === undefined ? undefined : this.#constants.get(input)?.values),
    })
    if (type) this.#types.set(name, type)
    return false
  }

  shape(name: string): Shape | undefined {
    return this.#types.get(name)?.shape
  }

  #know(tensor: Initializer): void {
    this.#types.set(tensor.name, { dtype: tensor.dtype, shape: tensor.shape })
    const constant = constantOf(tensor)
    if (constant) this.#constants.set(tensor.name, constant)
  }

  #constantOf(node: Node, name: string): Initializer | undefined {
    if (!isStandardDomain(node.domain)) return undefined
    if (node.opType === 'Constant') {
      const value = node.attributes.get('value')
      return value?.type === 'tensor' ? { ...value.value, name } : undefined
    }
    const value = node.opType === 'Shape' ? this.#shape(node) : this.#evaluate(node)
    return value && initializerOf(name, tensorOfConstant(value))
  }

  #shape(node: Node): Constant | undefined {
    const shape = this.shape(node.inputs[0]!)
    // `start` and `end`, from opset 15 on, are seldom used.
    if (!shape || node.attributes.size > 0) return undefined
    return { dtype: 'int64', shape: [shape.length], values: shape }
  }

  #evaluate(node: Node): Constant | undefined {
    return evaluate(
      node,
      node.inputs.map((input) => this.#constants.get(input)),
    )
  }
}

function staticShape(dims: readonly (number | string)[] | undefined): Shape | undefined {
  return dims?.every((dim) => typeof dim === 'number') ? dims : undefined
}
