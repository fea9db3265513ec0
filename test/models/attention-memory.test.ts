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

/** Scores of less than 17 MB of one head TensorRT-RTX 1.7 does hold, twice: it finds that faster. */
const smallScores = 32e6

interface Attention {
  /** Queries, keys and values, as they go into the products. */
  readonly inputs: Readonly<Record<string, Shape>>
  readonly nodes: readonly Node[]
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
      return { inputs: { [q]: asked, [k]: shapes.k, [v]: shapes.v }, nodes: [transpose, ...between, after], scores }
    })

  function shapeOf({ opType, inputs }: Node): Shape {
    if (opType !== 'Reshape') return shapeOf(maker(inputs[0]!))
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

/** In half precision. */
function bytesOf(shape: Shape): number {
  return byteLength('float16', shape)
}

test('no attention of full-size PDFNet holds scores of more than 17 MB', async (t) => {
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
    const [q, k, v] = Object.values(attention.inputs).map(bytesOf) as [number, number, number]
    const beyond = record.activationBytes! - (q + k + v + q)
    const scores = bytesOf(attention.scores)
    const found = `${attention.scores.join('×')}: ${beyond} bytes beside its inputs and its result; scores are ${scores}`
    t.log(found)
    if (beyond >= Math.max(scores, smallScores)) large.push(found)
  }
  t.deepEqual(large, [])
})
