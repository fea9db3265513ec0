/** Pass: no node that gives back what it was given: `Identity`, and `Cast` to the type that the value has. */

import { intAttribute } from '../attributes.js'
import { onnxNumber } from '../dtypes.js'
import { inferType, type ValueType } from '../infer.js'
import { isOperator, type Graph, type Model, type Node, type ValueInfo } from '../model.js'
import { subgraphs } from '../uses.js'

/**
 * Whoever used the result uses the value itself. Where the result is an output of the graph its name stays, and the
 * node that makes the value takes it; a node between an input and an output of the graph is kept. Expects sorted nodes.
 */
export function removeIdentities(model: Model): Model {
  const { graph } = model
  // A subgraph may use any name: leave such graphs as they are.
  if (graph.nodes.some((node) => subgraphs(node).length > 0)) return model
  const isIdentity = identities(graph)
  const fixed = new Set([...graph.inputs, ...graph.initializers].map(({ name }) => name))
  const outputs = new Set(graph.outputs.map((info) => info.name))

  const source = new Map<string, string>()
  const original = (name: string): string => source.get(name) ?? name
  const renamed = new Map<string, string>()
  const kept = graph.nodes.filter((node) => {
    if (!isIdentity.has(node)) return true
    const [from, to] = [original(node.inputs[0]!), node.outputs[0]!]
    if (outputs.has(to)) {
      if (fixed.has(from) || outputs.has(from) || renamed.has(from)) return true
      renamed.set(from, to)
    }
    source.set(to, from)
    return false
  })

  const final = (name: string): string => {
    const from = original(name)
    return renamed.get(from) ?? from
  }
  const nodes = kept.map((node) => ({ ...node, inputs: node.inputs.map(final), outputs: node.outputs.map(final) }))
  const alive = new Set(nodes.flatMap((node) => node.outputs))
  const values = graph.values.filter((info: ValueInfo) => alive.has(info.name) && !outputs.has(info.name))
  return { ...model, graph: { ...graph, nodes, values } }
}

function identities(graph: Graph): ReadonlySet<Node> {
  const types = new Map<string, ValueType>()
  for (const { name, tensor } of graph.inputs) if (tensor) types.set(name, { dtype: tensor.dtype, shape: undefined })
  for (const { name, dtype, shape } of graph.initializers) types.set(name, { dtype, shape })
  const found = new Set<Node>()
  for (const node of graph.nodes) {
    const type = inferType(node, { type: (name) => types.get(name ?? ''), numbers: () => undefined })
    if (type) types.set(node.outputs[0]!, type)
    const from = types.get(node.inputs[0] ?? '')?.dtype
    const same = isOperator(node, 'Cast') && from !== undefined && intAttribute(node, 'to', 0) === onnxNumber(from)
    if (same || isOperator(node, 'Identity')) found.add(node)
  }
  return found
}
