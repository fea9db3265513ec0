/** What ordinary memory costs beside slots, which the GPU reaches by itself. */

import { GraphBuilder } from '../../dist/graph/index.js'
import { buildEngine } from '../../dist/index.js'
import { effort, engineOf, openModels } from './device.mjs'
import { writeSmall } from './small-graph.mjs'
import { median } from './timing.mjs'

/** Of pictures of 1, 4 and 24 megapixels, as bytes of three channels. */
const sizes = [3, 12, 72]

export async function prove(results, options) {
  const { device } = options
  await engineOf(device)
  const onnx = await writeSmall(reluGraph())
  const most = (Math.max(...sizes) * 2 ** 20) / 4
  const profiles = [{ x: { min: [1], opt: [2 ** 20], max: [most] } }]
  const model = device === 'cpu' ? onnx : (await buildEngine({ onnx, profiles })).plan
  const session = await openModels([model], { device })
  try {
    for (const mebi of sizes) {
      for (const kind of ['ordinary memory', 'slots']) await copies(results, session, { mebi, kind }, options)
    }
  } finally {
    await session.dispose()
  }
}

function reluGraph() {
  const builder = new GraphBuilder('relu')
  builder.input('x', 'float32', ['n'])
  builder.output(builder.node('Relu', ['x'], {}, { name: 'y' }), 'float32', ['n'])
  return builder.build()
}

async function copies(results, session, { mebi, kind }, options) {
  const bytes = mebi * 2 ** 20
  const shape = [bytes / 4]
  const { warm, count } = effort(options)
  const make = () => (kind === 'slots' ? session.native.slot(bytes) : new Uint8Array(bytes).fill(1))
  const output = make()
  let input = make()
  const found = []
  for (let index = 0; index < warm + count; index++) {
    // A run takes the slot that it reads.
    if (input.byteLength === 0) input = make()
    const step = {
      model: 0,
      inputs: [{ name: 'x', shape, data: input }],
      outputs: [{ name: 'y', shape, data: output }],
    }
    const began = performance.now()
    const [, , copyIn, , copyOut] = await session.run([step])
    if (index >= warm) found.push({ whole: performance.now() - began, copyIn, copyOut })
  }
  const of = (part) => median(found.map((one) => one[part]))
  const rate = (milliseconds) => (bytes / milliseconds / 1e6).toFixed(1)
  results.figure(
    `${mebi} MiB in and out, ${kind}: the whole run, copy in, copy out`,
    `${of('whole').toFixed(2)}, ${of('copyIn').toFixed(2)} (${rate(of('copyIn'))} GB/s), ` +
      `${of('copyOut').toFixed(2)} ms (${rate(of('copyOut'))} GB/s)`,
  )
}
