/** Memory that runs out: a typed error, and the session goes on. */

import { GraphBuilder } from '../../dist/graph/index.js'
import { buildEngine } from '../../dist/index.js'
import { openModels } from './device.mjs'
import { gpuMemory, queryGpu } from './gpu.mjs'
import { writeSmall } from './small-graph.mjs'

/** Elements of a tensor, of 4 bytes each: TensorRT takes no more than 2³¹ − 1. */
const most = 2 ** 30

export async function outOfMemory(results, device) {
  const builder = new GraphBuilder('relu')
  builder.input('x', 'float32', ['n'])
  builder.output(builder.node('Relu', ['x'], {}, { name: 'y' }), 'float32', ['n'])
  const onnx = await writeSmall(builder.build())
  const { plan } = await buildEngine({ onnx, profiles: [{ x: { min: [1], opt: [1024], max: [most] } }] })
  const session = await openModels([plan], { device })
  try {
    const [total] = await queryGpu('memory.total')
    // Each step keeps one more tensor of 4 GiB on the device than the last.
    const count = Math.min(62, Math.ceil((Number(total) * 1.1) / 4096))
    const steps = Array.from({ length: count }, (_, index) => ({
      model: 0,
      inputs: [{ name: 'x', shape: [most], buffer: index, offset: 0 }],
      outputs: [{ name: 'y', shape: [most], buffer: index + 1, offset: 0 }],
    }))
    const error = await session.run(steps).then(
      () => undefined,
      (reason) => reason,
    )
    results.check(
      `${count + 1} tensors of 4 GiB on the device`,
      `${error?.code}: ${error?.message}`,
      'ERR_GPU_MEMORY',
      error?.code === 'ERR_GPU_MEMORY',
    )
    const small = new Float32Array(1024).fill(-1)
    const output = new Float32Array(1024).fill(7)
    const bytes = ({ buffer }) => new Uint8Array(buffer)
    await session.run([
      {
        model: 0,
        inputs: [{ name: 'x', shape: [1024], data: bytes(small) }],
        outputs: [{ name: 'y', shape: [1024], data: bytes(output) }],
      },
    ])
    const right = output.every((value) => value === 0)
    results.check('a run after that, in the same session', right ? 'right' : 'wrong', 'right', right)
    results.figure('GPU memory in use then', `${await gpuMemory()} MiB`)
  } finally {
    await session.dispose()
  }
}
