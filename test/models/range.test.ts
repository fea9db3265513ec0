import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import sharp from 'sharp'
import { depthAnythingGraph, pdfnetGraph, type Weights } from '#dist/models/index.js'
import { goldenTensors, goldenWeights, noise, type Numbers } from './network.js'
import { auditRange, largestAllowed } from './range.js'

/** Of the smallest golden pictures. */
const side = 32

async function goldenInputs(): Promise<Readonly<Record<string, Numbers>>> {
  const tensors = await goldenTensors(`pdfnet-tiny-${side}`)
  return { image: tensors.get('image')!, depth: tensors.get('depth')! }
}

/** Each RMSNorm takes the factor out again: the network stays the same, and the norm's input is that much larger. */
function beforeRmsNorms(weights: Weights, factor: number): Weights {
  const isScaled = (name: string) => {
    const [, block] = /^(.*)\.0\.(?:weight|bias)$/.exec(name) ?? []
    return block !== undefined && weights.shape(`${block}.1.weight`)?.length === 1
  }
  return {
    ...weights,
    read: async (name) => {
      const values = await weights.read(name)
      return isScaled(name) ? values.map((value) => value * factor) : values
    },
  }
}

/** Large enough that squares pass what half precision holds, as a trained network's outliers are. */
const factor = 1024

async function scaledGraph(t: ExecutionContext, batch: number) {
  const weights = beforeRmsNorms(await goldenWeights(t, 'pdfnet-tiny'), factor)
  return pdfnetGraph(weights, { target: 'tensorrt', size: [side, side], batch })
}

test('all that is to be half precision is in its range, where squares and a depth in any unit are not', async (t) => {
  const model = await scaledGraph(t, 1)
  const { image, depth } = await goldenInputs()
  const inputs = { image: image!, depth: { shape: depth!.shape, data: depth!.data.map((one) => one * 2 ** 20) } }
  const found = await auditRange(t, model, inputs)
  if (!found) return
  for (const [name, largest] of found.slice(0, 10)) t.log(largest.toFixed(0), name)
  t.true(found[0]![1] <= largestAllowed, String(found[0]))
  t.true(found.length > 500, `${found.length} values`)

  for (const [island, where] of [
    ['rms-norm', /\.(ReduceSumSquare|Mul|Add)$/],
    ['depth-range', /^depth_range\./],
  ] as const) {
    const without = (await auditRange(t, model, inputs, (one) => one !== island))!
    const beyond = without.filter(([, largest]) => largest > largestAllowed)
    t.true(without[0]![1] > 65_504, `without ${island}: ${without[0]!.join(' ')}`)
    t.true(beyond.every(([name]) => where.test(name)))
  }
})

test('all that is to be half precision is in its range for photographs', async (t) => {
  const photos = await Promise.all(['chelsea.png', 'astronaut.png', 'coffee.png'].map(photograph))
  const image = { shape: [3, 3, side, side], data: Float32Array.from(photos.flatMap((data) => [...data])) }
  const found = await auditRange(t, await scaledGraph(t, 3), { image, depth: noise([3, 1, side, side], 1) })
  if (found) t.true(found[0]![1] <= largestAllowed, String(found[0]))
})

test('all of Depth Anything that is to be half precision is in its range', async (t) => {
  const config = { embed_dim: 48, depth: 12, num_heads: 3, features: 16, out_channels: [12, 16, 24, 48] }
  const weights = await goldenWeights(t, 'depth-anything-v2-tiny')
  const model = depthAnythingGraph(weights, { target: 'tensorrt', size: [70, 98], batch: 1, config })
  const image = (await goldenTensors('depth-anything-v2-tiny')).get('image.70x98')!
  const found = await auditRange(t, model, { image })
  if (found) t.true(found[0]![1] <= largestAllowed, String(found[0]))
})

/** Normalised by ImageNet's mean and deviation, as the network wants it. */
async function photograph(name: string): Promise<Float32Array> {
  const file = join(new URL('../../../test/fixtures/photos/', import.meta.url).pathname, name)
  const pixels = await sharp(file).removeAlpha().resize(side, side, { fit: 'fill' }).raw().toBuffer()
  const [mean, deviation] = [
    [0.485, 0.456, 0.406],
    [0.229, 0.224, 0.225],
  ] as const
  return Float32Array.from({ length: 3 * side * side }, (_, i) => {
    const channel = Math.floor(i / side ** 2)
    return (pixels[(i % side ** 2) * 3 + channel]! / 255 - mean[channel]!) / deviation[channel]!
  })
}
