/** A small convolution network, for what has nothing to do with a network's size. */

import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GraphBuilder, writeOnnx } from '../../dist/graph/index.js'
import { buildEngine } from '../../dist/index.js'

export const side = 256
/** Of `input` and of `output`. */
export const shape = [1, 8, side, side]
export const elements = 8 * side * side

/** Numbers in −1…1 without a pattern, the same for the same seed. */
export function noise(count, seed) {
  let state = seed
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return state / 2 ** 31
  })
}

function floats(builder, name, dims, seed, scale) {
  const count = dims.reduce((product, size) => product * size, 1)
  const values = noise(count, seed).map((value) => value * scale)
  return builder.constant(name, { dtype: 'float32', shape: dims, data: new Uint8Array(values.buffer) })
}

/** Two 3×3 convolutions with a ReLU between them, of 8 channels. */
function smallGraph() {
  const b = new GraphBuilder('small')
  b.input('input', 'float32', shape)
  const attributes = { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }
  const first = b.node('Conv', ['input', floats(b, 'w1', [8, 8, 3, 3], 1, 0.2)], attributes)
  b.node('Conv', [b.node('Relu', [first]), floats(b, 'w2', [8, 8, 3, 3], 2, 0.2)], attributes, { name: 'output' })
  b.output('output', 'float32', shape)
  return b.build()
}

/** Absolute path of an ONNX file, in a temporary folder of this process. */
export async function writeSmall(model = smallGraph()) {
  const file = join(mkdtempSync(join(tmpdir(), 'pdfnet-proof-')), 'small.onnx')
  await writeOnnx(model, file)
  return file
}

/** What the device opens: the ONNX file itself, or a plan in the store. */
export async function smallModel(device) {
  const onnx = await writeSmall()
  return device === 'cpu' ? onnx : (await buildEngine({ onnx })).plan
}
