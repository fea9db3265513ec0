/** The attentions of full-size PDFNet, each alone: TensorRT never holds the scores of all queries and keys. */

import { join } from 'node:path'
import test from 'ava'
import { mixedPrecision, writeOnnx, type Model, type Node } from '#dist/graph/index.js'
import { architectureNamed } from '#dist/models/architectures.js'
import { randomWeights } from '#dist/models/index.js'
import { buildEngine } from '#dist/runtime/index.js'
import { byteLength, type Shape } from '#dist/tensor.js'
import { temporaryFolder } from '../native/addon.js'
import { hasRtx } from './rtx.js'

interface Attention {
  /** What queries, keys and values are made of. */
  readonly inputs: Readonly<Record<string, Shape>>
  readonly nodes: readonly Node[]
  /** Of queries, keys and values as the products take them. */
  readonly sizes: readonly Shape[]
  /** Of the scores. */
  readonly scores: Shape
}

function fullNetwork(): Model {
  const pdfnet = architectureNamed('pdfnet')
  const config = pdfnet.parseConfig({})
  const weights = randomWeights(pdfnet.shapes(config), 1)
  return mixedPrecision(pdfnet.graph(weights, { target: 'tensorrt', size: [1024, 1024], batch: 1, config }))
}

/** From the two products that a softmax stands between, and what is between them. */
function attentionsOf({ graph }: Model): Attention[] {
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)))
  const constants = new Map(graph.initializers.map((tensor) => [tensor.name, tensor]))
  const maker = (name: string): Node => makers.get(name)!
  return graph.nodes
    .filter(({ opType }) => opType === 'Softmax')
    .map((softmax) => {
      const after = graph.nodes.find(({ opType, inputs }) => opType === 'MatMul' && inputs[0] === softmax.outputs[0])!
      const between = [softmax]
      while (between[0]!.opType !== 'MatMul') between.unshift(maker(between[0]!.inputs[0]!))
      const [q, transposed] = between[0]!.inputs as [string, string]
      const transpose = maker(transposed)
      const [k, v] = [transpose.inputs[0]!, after.inputs[1]!]
      const bias = between.find(({ opType }) => opType === 'Add')?.inputs[1]
      const shapes = { q: shapeOf(maker(q)), k: shapeOf(maker(k)), v: shapeOf(maker(v)) }
      // Where one window holds a whole map, its real tokens alone are queries.
      const rows = bias === undefined ? shapes.q.at(-2)! : constants.get(bias)!.shape.at(-2)!
      const asked = [...shapes.q.slice(0, -2), rows, shapes.q.at(-1)!]
      const scores = [...asked.slice(0, -1), shapes.k.at(-2)!]
      const sizes = [asked, shapes.k, shapes.v]
      const nodes = [transpose, ...between, after]
      if (maker(k).opType !== 'Expand')
        return { inputs: { [q]: asked, [k]: shapes.k, [v]: shapes.v }, nodes, sizes, scores }
      // In parts: whether it becomes one kernel hangs on how those are made, too.
      const parts = [[maker(q)], ...[k, v].map((name) => [maker(maker(name).inputs[0]!), maker(name)])]
      const inputs = Object.fromEntries(parts.map(([first]) => [first!.inputs[0]!, rowsOf(shapeOf(first!))]))
      const joined = graph.nodes.find(({ inputs: [name] }) => name === after.outputs[0])!
      return { inputs, nodes: [...parts.flat(), ...nodes, joined], sizes, scores }
    })

  function shapeOf({ opType, inputs }: Node): Shape {
    if (opType !== 'Reshape' && opType !== 'Expand') return shapeOf(maker(inputs[0]!))
    const { data } = constants.get(inputs[1]!)!
    const bytes = data.kind === 'bytes' ? data.bytes.slice() : new Uint8Array()
    return [...new BigInt64Array(bytes.buffer)].map(Number)
  }
}

function alone({ graph, ...model }: Model, { inputs, nodes }: Attention): Model {
  const used = new Set(nodes.flatMap((node) => node.inputs))
  const half = (name: string, dims?: Shape) => ({ name, tensor: { dtype: 'float16', dims } as const })
  return {
    ...model,
    graph: {
      ...graph,
      nodes,
      initializers: graph.initializers.filter(({ name }) => used.has(name)),
      inputs: Object.entries(inputs).map(([name, shape]) => half(name, shape)),
      outputs: [half(nodes.at(-1)!.outputs[0]!)],
    },
  }
}

function rowsOf(shape: Shape): Shape {
  return [shape.slice(0, -1).reduce((product, size) => product * size, 1), shape.at(-1)!]
}

/** In half precision. */
function bytesOf(shape: Shape): number {
  return byteLength('float16', shape)
}

test('no attention of full-size PDFNet holds its scores', async (t) => {
  if (!(await hasRtx(t))) return
  const network = fullNetwork()
  const attentions = attentionsOf(network)
  t.is(attentions.length, 64)
  const distinct = new Map(
    attentions.map((one) => [JSON.stringify([one.scores, one.nodes.map(({ opType }) => opType)]), one]),
  )
  t.log(`${distinct.size} distinct ones`)
  const folder = await temporaryFolder(t)
  const large: string[] = []
  for (const [index, attention] of [...distinct.values()].entries()) {
    const onnx = join(folder, `${index}.onnx`)
    await writeOnnx(alone(network, attention), onnx)
    const { record } = await buildEngine({ onnx, output: join(folder, `${index}.plan`) })
    // It lays out queries, keys, values and its result anew, which for small windows is more than the scores.
    const [q, k, v] = attention.sizes.map(bytesOf) as [number, number, number]
    const beyond = record.activationBytes! - (q + k + v + q)
    const scores = bytesOf(attention.scores)
    const found = `${attention.scores.join('×')}: ${beyond} bytes beside its inputs and its result; scores are ${scores}`
    t.log(found)
    if (beyond >= scores) large.push(found)
  }
  t.deepEqual(large, [])
})
