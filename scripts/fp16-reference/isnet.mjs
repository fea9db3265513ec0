/** IS-Net's trained weights in half precision, as engines are made of them, beside the CPU device in single precision. */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { writeOnnx } from '../../dist/graph/index.js'
import { loadRecipe, openNetwork } from '../../dist/models/index.js'
import { scene } from '../../dist/runtime/index.js'
import { findWeights, weightsFile } from '../../dist/setup/weights.js'
import { Store } from '../../dist/store/index.js'
import { openModels, runOnce } from '../proof/device.mjs'
import { photo } from '../proof/pictures.mjs'

/** Jobs for compare.py, at the recipe's size. `picture` says which one. */
export async function isnetJobs(folder) {
  const recipe = loadRecipe('isnet')
  const { name: input, size } = recipe.input
  const { name: output } = recipe.output
  const file = await written(recipe, { target: 'tensorrt', precision: 'fp16' }, folder)
  const session = await openModels([await written(recipe, { target: 'cpu', precision: 'fp32' }, folder)], {
    device: 'cpu',
  })
  const { data, width, height } = scene()
  const pictures = {
    'the scene of the self-test': sharp(data, { raw: { width, height, channels: 3 } }),
    'chelsea.png': sharp(photo('chelsea.png')),
    'astronaut.png': sharp(photo('astronaut.png')),
  }
  const jobs = []
  for (const [picture, pixels] of Object.entries(pictures)) {
    const given = { shape: [1, 3, ...size], data: await normalised(recipe.input, pixels) }
    const golden = join(folder, `isnet-${jobs.length}`)
    const found = (await runOnce(session, { [input]: given }))[output]
    await writeTensors(`${golden}.golden.safetensors`, {
      input: given,
      expected: { shape: [1, 1, ...size], data: found },
    })
    jobs.push({ picture, file, output, golden, inputs: { [input]: 'input' }, expected: 'expected' })
  }
  await session.dispose()
  return jobs
}

async function written(recipe, options, folder) {
  const weights = await findWeights(await Store.open(), recipe)
  if (!weights) throw new Error('IS-Net is not in the store: run npx pdfnet-trt models add isnet')
  const network = await openNetwork(recipe, { path: weights.file(weightsFile) }, options)
  const path = join(folder, `isnet-${options.target}.onnx`)
  await writeOnnx(await network.graph(1), path)
  await network.close()
  return path
}

async function normalised({ size, scale, mean, deviation }, picture) {
  const [height, width] = size
  const resized = picture.removeAlpha().resize(width, height, { fit: 'fill', kernel: 'linear' })
  const pixels = await resized.raw().toBuffer()
  const count = height * width
  return Float32Array.from({ length: 3 * count }, (_, i) => {
    const channel = Math.floor(i / count)
    return (pixels[(i % count) * 3 + channel] / scale - mean[channel]) / deviation[channel]
  })
}

async function writeTensors(path, tensors) {
  let end = 0
  const entries = Object.entries(tensors).map(([name, { shape, data }]) => {
    const entry = { dtype: 'F32', shape, data_offsets: [end, end + data.byteLength] }
    end += data.byteLength
    return [name, entry]
  })
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  const bytes = Object.values(tensors).map(({ data: { buffer } }) => Buffer.from(buffer))
  await writeFile(path, Buffer.concat([length, header, ...bytes]))
}
