/** Small networks: a convolution, and the golden ones, beside the CPU device and the authors' own numbers. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openCheckpoint } from '../../dist/checkpoint/index.js'
import { buildEngine, exportModel } from '../../dist/index.js'
import { checkpointWeights } from '../../dist/models/index.js'
import { root } from '../steps.mjs'
import { difference } from './compare.mjs'
import { engineOf, openModels, runOnce } from './device.mjs'
import { elements, noise, shape, smallModel } from './small-graph.mjs'

export async function prove(results, options) {
  const { device } = options
  await engineOf(device)
  await results.attempt('a convolution', () => convolution(results, device))
  const folder = await mkdtemp(join(tmpdir(), 'pdfnet-proof-'))
  try {
    for (const precision of device === 'cpu' ? ['fp32'] : ['fp32', 'fp16']) {
      for (const golden of goldens) {
        const name = `${golden.file} ${golden.size.join('×')}, ${precision}`
        await results.attempt(name, () => goldenNetwork(results, name, { ...golden, precision, device, folder }))
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function convolution(results, device) {
  const input = { input: { shape, data: noise(elements, 7) } }
  const answer = async (where, settings) => {
    const session = await openModels([await smallModel(where)], { device: where, settings })
    try {
      const runs = []
      // The second run captures a CUDA graph, and the later ones launch it.
      for (let index = 0; index < 4; index++) runs.push(await runOnce(session, input))
      return runs.map(({ output }) => output)
    } finally {
      await session.dispose()
    }
  }
  const [expected] = await answer('cpu')
  const found = await answer(device)
  found.forEach((values, index) => {
    const apart = difference(values, expected)
    const largest = apart.largest / apart.deviation
    // TensorFloat-32 has ten bits.
    results.check(
      `a convolution, run ${index + 1}: largest difference from the CPU device, in deviations`,
      largest.toPrecision(3),
      'at most 0.01',
      apart.finite && largest <= 0.01,
    )
  })
  if (device === 'cpu') return
  const plain = await answer(device, { cuda_graphs: 'off' })
  const apart = difference(plain[0], found[3])
  results.check('with and without CUDA graphs', apart.largest, 'no difference', apart.largest === 0)
}

/** Of single precision the largest error in standard deviations allows for TensorFloat-32. */
const goldens = [
  {
    file: 'pdfnet-tiny',
    model: 'pdfnet',
    size: [256, 256],
    inputs: { image: 'image', depth: 'depth' },
    output: ['logit', 'logit'],
    tolerance: { fp32: [0.002, 0.02], fp16: [0.02, 0.5] },
  },
  {
    file: 'depth-anything-v2-tiny',
    model: 'depth-anything-v2',
    size: [518, 518],
    inputs: { image: 'image.518x518' },
    output: ['depth', 'depth.518x518'],
    tolerance: { fp32: [0.002, 0.05], fp16: [0.02, 0.3] },
  },
]

async function goldenNetwork(
  results,
  name,
  { file, model, size, inputs, output, tolerance, precision, device, folder },
) {
  const fixtures = join(root, 'test/fixtures/golden')
  const golden = await tensorsOf(join(fixtures, `${file}.golden.safetensors`))
  const onnx = join(folder, `${file}-${precision}.onnx`)
  await exportModel({
    ...{ model, size, precision, output: onnx, target: device },
    weights: join(fixtures, `${file}.pth`),
    config: join(fixtures, `${file}.json`),
  })
  const engine = device === 'cpu' ? undefined : await buildEngine({ onnx })
  const session = await openModels([engine?.plan ?? onnx], { device })
  try {
    const given = Object.fromEntries(Object.entries(inputs).map(([input, of]) => [input, golden.get(of)]))
    const found = await runOnce(session, given)
    const { mean, largest, deviation, finite } = difference(found[output[0]], golden.get(output[1]).data)
    const [allowedMean, allowed] = tolerance[precision]
    results.check(
      `${name}: beside the authors' PyTorch, mean / largest, in deviations`,
      `${(mean / deviation).toPrecision(3)} / ${(largest / deviation).toPrecision(3)}`,
      `at most ${allowedMean} / ${allowed}`,
      finite && mean / deviation <= allowedMean && largest / deviation <= allowed,
    )
    if (engine) results.figure(`${name}: built in`, `${engine.record.build.seconds.toFixed(1)} s`)
  } finally {
    await session.dispose()
  }
}

async function tensorsOf(file) {
  const checkpoint = await openCheckpoint(file)
  try {
    const weights = checkpointWeights(checkpoint)
    const tensors = new Map()
    for (const name of weights.names) tensors.set(name, { shape: weights.shape(name), data: await weights.read(name) })
    return tensors
  } finally {
    await checkpoint.close()
  }
}
