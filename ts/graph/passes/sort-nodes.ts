/** Pass: each node after those whose values it uses, which the format demands and not every exporter does. */

import { PdfnetError } from '../../errors.js'
import type { Graph, Model, Node } from '../model.js'
import { mapSubgraphs, usedValues } from '../uses.js'

/**
 * Nodes that are in order already keep it. Throws ERR_ONNX_FORMAT for a cycle, and for a value that two nodes make.
 */
export function sortNodes(model: Model): Model {
  return { ...model, graph: sortGraph(model.graph) }
}

function sortGraph(graph: Graph): Graph {
  const producers = new Map<string, Node>()
  for (const node of graph.nodes) {
    for (const name of node.outputs) {
      if (name === '') continue
      if (producers.has(name))
        throw new PdfnetError('ERR_ONNX_FORMAT', `two nodes make the value ${JSON.stringify(name)}`)
      producers.set(name, node)
    }
  }
  const sorted = new Set<Node>()
  const open = new Set<Node>()
  for (const first of graph.nodes) {
    // A stack of its own: a chain of nodes may be longer than JavaScript's.
    const stack = [first]
    for (let node = stack.at(-1); node; node = stack.at(-1)) {
      const missing = sorted.has(node) ? undefined : firstMissing(node, producers, sorted)
      if (missing) {
        open.add(node)
        if (open.has(missing))
          throw new PdfnetError('ERR_ONNX_FORMAT', `the graph has a cycle through node ${shown(missing)}`)
        stack.push(missing)
      } else {
        open.delete(node)
        sorted.add(node)
        stack.pop()
      }
    }
  }
  return { ...graph, nodes: [...sorted].map((node) => mapSubgraphs(node, sortGraph)) }
}

function firstMissing(node: Node, producers: ReadonlyMap<string, Node>, sorted: ReadonlySet<Node>): Node | undefined {
  for (const name of usedValues(node)) {
    const producer = producers.get(name)
    if (producer && !sorted.has(producer)) return producer
  }
  return undefined
}

function shown(node: Node): string {
  return JSON.stringify(node.name || node.outputs[0] || node.opType)
}
