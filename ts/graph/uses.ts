/** Which values nodes use, those that their subgraphs take from outside included. */

import type { Attribute, Graph, Node } from './model.js'

export function subgraphs(node: Node): Graph[] {
  return [...node.attributes.values()].flatMap((attribute) =>
    attribute.type === 'graph' ? [attribute.value] : attribute.type === 'graphs' ? attribute.value : [],
  )
}

/** The node with each of its subgraphs put through `change`; the node itself where it has none. */
export function mapSubgraphs(node: Node, change: (graph: Graph) => Graph): Node {
  if (subgraphs(node).length === 0) return node
  const attributes = new Map<string, Attribute>()
  for (const [name, attribute] of node.attributes) {
    if (attribute.type === 'graph') attributes.set(name, { type: 'graph', value: change(attribute.value) })
    else if (attribute.type === 'graphs') attributes.set(name, { type: 'graphs', value: attribute.value.map(change) })
    else attributes.set(name, attribute)
  }
  return { ...node, attributes }
}

/** Names of the values that the node needs. */
export function usedValues(node: Node): string[] {
  return [
    ...node.inputs.filter((name) => name !== ''),
    ...subgraphs(node).flatMap((graph) => [...takenFromOutside(graph)]),
  ]
}

function takenFromOutside(graph: Graph): Set<string> {
  const own = new Set([
    ...graph.inputs.map((info) => info.name),
    ...graph.initializers.map((tensor) => tensor.name),
    ...graph.nodes.flatMap((node) => node.outputs),
  ])
  const used = [...graph.nodes.flatMap(usedValues), ...graph.outputs.map((info) => info.name)]
  return new Set(used.filter((name) => !own.has(name)))
}
