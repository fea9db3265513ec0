/** The thread that looks at an ONNX file before a library sees its path: its external data, operators and inputs. */

import { checkOperators, readOnnx } from '../graph/index.js'
import { serve } from '../store/index.js'
import type { GraphFacts, GraphJob } from './build-graph.js'

await serve(async ({ onnx }: GraphJob): Promise<GraphFacts> => {
  const model = await readOnnx(onnx)
  checkOperators(model)
  const { inputs, initializers } = model.graph
  const external = initializers.flatMap(({ data }) => (data.kind === 'file' ? [data.path] : []))
  const constants = new Set(initializers.map(({ name }) => name))
  return {
    external: [...new Set(external)].sort(),
    inputs: inputs
      .filter(({ name }) => !constants.has(name))
      .map(({ name, tensor }) => ({
        name,
        dtype: tensor?.dtype,
        sizes: tensor?.dims?.map((dim) => (typeof dim === 'number' ? dim : undefined)),
      })),
  }
})
