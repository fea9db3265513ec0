/** ONNX files to be damaged: with what exporters leave in a graph, and with external data. */

import { readFile } from 'node:fs/promises'
import { PdfnetError } from '#dist/errors.js'
import { GraphBuilder, mixedPrecision, tensorBytes, writeOnnx, type Model } from '#dist/graph/index.js'
import { loadRecipe, prepareCore, type Recipe } from '#dist/models/index.js'
import { byteLength, tensorOf } from '#dist/tensor.js'
import { choice } from '../graph/help.js'
import { nudged } from './damage.js'
import type { Subject } from './fuzz.js'

const side = 16
const isnet = loadRecipe('isnet')
const recipe: Recipe = { ...isnet, input: { ...isnet.input, size: [side, side] } }

/** @param folder where the damaged files will be, as external data lies beside its model */
export async function graphs(folder: string): Promise<readonly Subject[]> {
  const path = `${folder}/damaged`
  const subjects: Subject[] = []
  for (const [name, model, external] of [
    ['ONNX', exported(3), false],
    ['ONNX with control flow', withChoice(exported(3)), false],
    // Small tensors stay in the model's file.
    ['ONNX with external data', exported(13), true],
  ] as const) {
    await writeOnnx(model, path, { external })
    const subject = { name, bytes: await readFile(path), file: (damaged: Buffer) => damaged, tried }
    // Lengths stand everywhere in protobuf: what shifts bytes seldom comes far.
    subjects.push(subject, { ...subject, damage: nudged })
  }
  return subjects
}

/** Sizes worked out as it runs, of which all follows from the input's. */
function exported(kernel: number): Model {
  const b = new GraphBuilder('exported')
  const ints = (name: string, ...values: number[]) => b.constant(name, tensorOf('int64', [values.length], values))
  const x = b.input('input', 'float32', [1, 3, side, side])
  const w = b.constant('w', { dtype: 'float16', shape: [1, 3, 1, 1], data: new Uint8Array(6).fill(0x3c) })
  const half = b.node('Conv', [b.node('Cast', [x], { to: 10 }), w], { strides: [2, 2], pads: [0, 0, 0, 0] })
  const pooled = b.node('MaxPool', [half], { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 })
  const joined = b.node('Concat', [pooled, b.node('Relu', [pooled])], { axis: 1 })
  const k = b.constant('k', tensorOf('float32', [1, 2, kernel, kernel], new Array<number>(2 * kernel ** 2).fill(0.1)))
  const bias = b.constant('bias', tensorOf('float32', [1], [0.5]))
  const mixed = b.node('Conv', [b.node('Cast', [joined], { to: 1 }), k, bias], {
    pads: new Array<number>(4).fill(kernel - 1),
    dilations: [2, 2],
  })
  const front = b.node('Slice', [b.node('Shape', [half]), ints('from', 0), ints('to', 2), ints('axes', 0)])
  const height = b.node('Gather', [b.node('Shape', [x]), ints('index', 2)])
  const width = b.node('Mul', [b.node('Cast', [height], { to: 7 }), ints('one', 1)])
  const size = b.node('Concat', [front, height, b.node('Unsqueeze', [b.node('Squeeze', [width]), ints('zero', 0)])], {
    axis: 0,
  })
  const large = b.node('Resize', [mixed, '', '', size], { mode: 'linear' })
  b.output(b.node('Sigmoid', [b.node('Add', [large, bias])], {}, { name: 'output' }), 'float32', [1, 1, side, side])
  b.output(b.node('Relu', [half], {}, { name: 'side' }), 'float16', [1, 1, side / 2, side / 2])
  return b.build()
}

function withChoice(model: Model): Model {
  const { graph } = model
  return { ...model, graph: { ...graph, nodes: [...graph.nodes, choice('input', ['output', 'side'], 'chosen')] } }
}

const expected = new Set(['ERR_ONNX_FORMAT', 'ERR_ONNX_EXTERNAL', 'ERR_ONNX_OPERATOR', 'ERR_MODEL_MISMATCH'])

/** All that happens to a user's file: both targets' passes, half precision, every tensor read. */
async function tried(path: string): Promise<string> {
  try {
    for (const target of ['cpu', 'tensorrt'] as const) {
      const model = await prepareCore(recipe, path, target)
      const { graph } = target === 'cpu' ? model : mixedPrecision(model)
      for (const tensor of graph.initializers) {
        const { length } = await tensorBytes(tensor)
        if (length !== byteLength(tensor.dtype, tensor.shape)) throw new Error(`${tensor.name} has ${length} bytes`)
      }
    }
    return 'good'
  } catch (error) {
    if (error instanceof PdfnetError && expected.has(error.code)) return error.code
    throw error
  }
}
