/** Pass: of the graph's outputs, only the wanted ones, in the order wanted. */

import { badArgument } from '../../errors.js'
import type { Model } from '../model.js'

/** What only the others needed is left for `removeDead`. Throws ERR_ARGUMENT for a name that is not an output. */
export function keepOutputs(model: Model, names: readonly string[]): Model {
  const known = new Map(model.graph.outputs.map((info) => [info.name, info]))
  const outputs = names.map((name) => {
    const info = known.get(name)
    if (!info) throw badArgument('names', `outputs of the graph (${[...known.keys()].join(', ')})`, name)
    return info
  })
  return { ...model, graph: { ...model.graph, outputs } }
}
