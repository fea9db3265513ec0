/** The range audit: how large the values get that are to be in half precision, in a graph of single precision. */

import type { ExecutionContext } from 'ava'
import { GraphBuilder, halfValues, type Model } from '#dist/graph/index.js'
import { runNetwork, type Numbers } from './network.js'

/** Half of the largest number of half precision. */
export const largestAllowed = 32_768

/**
 * The largest |x| of each value that `mixedPrecision` would compute in half precision, largest first; undefined where
 * the CPU device is not here.
 * @param isIsland which of the graph's islands stay
 */
export async function auditRange(
  t: ExecutionContext,
  model: Model,
  inputs: Readonly<Record<string, Numbers>>,
  isIsland: (island: string) => boolean = () => true,
): Promise<readonly (readonly [string, number])[] | undefined> {
  const names = halfValues(model, ({ island }) => island !== undefined && isIsland(island))
  const found = await runNetwork(t, withMagnitudes(model, names), inputs, { magnitudes: [names.length] })
  const magnitudes = found?.get('magnitudes')
  return magnitudes && names.map((name, i) => [name, magnitudes[i]!] as const).sort(([, a], [, b]) => b - a)
}

/** With one output more, `magnitudes`: the graph itself takes the largest of each, so that none has to be kept. */
function withMagnitudes(model: Model, names: readonly string[]): Model {
  const b = new GraphBuilder('magnitudes')
  for (const name of names) b.input(name, 'float32', [])
  const list = b.constant('magnitudes.list', { dtype: 'int64', shape: [1], data: new Uint8Array(8).fill(255) })
  const largest = names.map((name) =>
    b.scope(`magnitude.of.${name}`, () => {
      const flat = b.node('Reshape', [b.node('Abs', [name]), list])
      return b.node('ReduceMax', [flat], { axes: [0], keepdims: 1 })
    }),
  )
  b.node('Concat', largest, { axis: 0 }, { name: 'magnitudes' })
  const { nodes, initializers } = b.build().graph
  const { graph } = model
  return {
    ...model,
    graph: {
      ...graph,
      nodes: [...graph.nodes, ...nodes],
      initializers: [...graph.initializers, ...initializers],
    },
  }
}
