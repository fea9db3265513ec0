/** Pass: other names for values, wherever they stand. */

import { PdfnetError } from '../../errors.js'
import type { Graph, Model } from '../model.js'
import { mapSubgraphs } from '../uses.js'

/** From old name to new. Throws ERR_ONNX_FORMAT where a new name is another value's already. */
export function renameValues(model: Model, names: ReadonlyMap<string, string>): Model {
  const changed = new Map([...names].filter(([from, to]) => from !== to))
  if (changed.size === 0) return model
  const taken = new Set(definedIn(model.graph))
  for (const from of changed.keys()) taken.delete(from)
  for (const to of changed.values()) {
    if (taken.has(to))
      throw new PdfnetError('ERR_ONNX_FORMAT', `another value of the graph is named ${JSON.stringify(to)}`)
    taken.add(to)
  }
  return { ...model, graph: renameIn(model.graph, changed) }
}

function definedIn(graph: Graph): string[] {
  return [...graph.inputs, ...graph.initializers]
    .map(({ name }) => name)
    .concat(graph.nodes.flatMap((node) => node.outputs))
}

function renameIn(graph: Graph, names: ReadonlyMap<string, string>): Graph {
  const rename = (name: string): string => names.get(name) ?? name
  const renameIt = <T extends { readonly name: string }>(one: T): T => ({ ...one, name: rename(one.name) })
  return {
    ...graph,
    nodes: graph.nodes.map((node) => {
      const inside = mapSubgraphs(node, (subgraph) => renameIn(subgraph, names))
      return { ...inside, inputs: node.inputs.map(rename), outputs: node.outputs.map(rename) }
    }),
    inputs: graph.inputs.map(renameIt),
    outputs: graph.outputs.map(renameIt),
    values: graph.values.map(renameIt),
    initializers: graph.initializers.map(renameIt),
  }
}
