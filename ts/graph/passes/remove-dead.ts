/** Pass: no node, initialiser or description of a value that no output needs. */

import type { Model, Node } from '../model.js'
import { usedValues } from '../uses.js'

/**
 * The graph's inputs stay, used or not, but for those that are initialisers: old exporters list every weight as an
 * input, which would keep it from being constant.
 */
export function removeDead(model: Model): Model {
  const { graph } = model
  const producers = new Map<string, Node>()
  for (const node of graph.nodes) for (const name of node.outputs) producers.set(name, node)

  const live = new Set<Node>()
  const used = new Set<string>()
  const waiting = graph.outputs.map((info) => info.name)
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (used.has(name)) continue
    used.add(name)
    const node = producers.get(name)
    if (!node || live.has(node)) continue
    live.add(node)
    for (const input of usedValues(node)) waiting.push(input)
  }

  const weights = new Set(graph.initializers.map((tensor) => tensor.name))
  const inputs = graph.inputs.filter((info) => !weights.has(info.name))
  return {
    ...model,
    // Before version 4 every initialiser had to be an input too.
    irVersion: Math.max(model.irVersion, 4),
    graph: {
      ...graph,
      nodes: graph.nodes.filter((node) => live.has(node)),
      inputs,
      initializers: graph.initializers.filter((tensor) => used.has(tensor.name)),
      values: graph.values.filter((info) => used.has(info.name)),
    },
  }
}
