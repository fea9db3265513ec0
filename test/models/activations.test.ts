import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { mixedPrecision, writeOnnx, type Model } from '#dist/graph/index.js'
import {
  depthAnythingGraph,
  depthAnythingOf,
  depthAnythingShapes,
  depthPreGraph,
  loadRecipe,
  postGraph,
  postProfile,
  preDepthGraph,
  preGraph,
  preProfile,
  randomWeights,
  type Recipe,
} from '#dist/models/index.js'
import { preDepthProfile } from '#dist/models/profiles.js'
import { buildEngine, type OptimizationProfile } from '#dist/runtime/index.js'
import { temporaryFolder } from '../native/addon.js'
import { hasRtx } from './rtx.js'

/** Of what stands before and after a network, whatever the size of the picture. */
const mostActivations = 40e6

const isnet = loadRecipe('isnet')
/** Of the networks here, the one that asks the most of both graphs: uneven normalisation, and logits. */
const recipe: Recipe = {
  ...isnet,
  name: 'logits',
  input: { ...isnet.input, scale: 255, mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] },
  output: { ...isnet.output, activation: 'sigmoid' },
}

async function activationsOf(t: ExecutionContext, model: Model, profile?: OptimizationProfile): Promise<number> {
  const folder = await temporaryFolder(t)
  const onnx = join(folder, 'graph.onnx')
  await writeOnnx(model, onnx)
  const { record } = await buildEngine({ onnx, output: join(folder, 'graph.plan'), profiles: profile && [profile] })
  return record.activationBytes!
}

const shapes = [
  [1024, 1024],
  [4096, 4096],
  [8192, 1],
  [1, 8192],
] as const

test('pre takes no more than 40 MB of activations for pictures of any size', async (t) => {
  if (!(await hasRtx(t))) return
  const profiles = [preProfile, ...shapes.map((shape) => ({ image: only([...shape, 3]) }))]
  for (const profile of profiles) {
    const bytes = await activationsOf(t, preGraph(recipe, 'tensorrt'), profile)
    t.true(bytes <= mostActivations, `${profile.image.max.join('×')}: ${bytes}`)
  }
})

test('depth-pre takes no more than 40 MB of activations for pictures of any size', async (t) => {
  if (!(await hasRtx(t))) return
  const size = { min: [14, 14], opt: [518, 924], max: [518, 924] }
  const pictures = [preProfile.image, ...shapes.map((shape) => only([...shape, 3]))]
  for (const image of pictures) {
    const graph = depthPreGraph(loadRecipe('depth-anything-v2-small'), 'tensorrt')
    const bytes = await activationsOf(t, graph, { image, size })
    t.true(bytes <= mostActivations, `${image.max.join('×')}: ${bytes}`)
  }
})

test('one graph for pictures of any size takes the activations of the largest, and no more', async (t) => {
  if (!(await hasRtx(t))) return
  const config = { embed_dim: 48, num_heads: 3, features: 16, out_channels: [12, 16, 24, 48] }
  const weights = randomWeights(depthAnythingShapes(depthAnythingOf(config)), 1)
  const graph = (size: readonly [number, number] | 'any') =>
    mixedPrecision(depthAnythingGraph(weights, { target: 'tensorrt', size, batch: 1, config }))
  const [smallest, largest] = [
    [1, 3, 518, 518],
    [1, 3, 518, 924],
  ]
  const image = { min: smallest, opt: largest, max: largest }
  const any = await activationsOf(t, graph('any'), { image })
  const one = await activationsOf(t, graph([518, 924]))
  t.true(any <= 1.1 * one, `${any} of ${one}`)
})

test('pre-depth takes no more than 40 MB of activations for pseudo-depth of any size', async (t) => {
  if (!(await hasRtx(t))) return
  const bytes = await activationsOf(t, preDepthGraph(recipe), preDepthProfile)
  t.true(bytes <= mostActivations, String(bytes))
})

for (const type of ['uint8', 'uint16', 'float32'] as const) {
  test(`post to ${type} takes no more than 40 MB of activations for pictures of any size`, async (t) => {
    if (!(await hasRtx(t))) return
    const profiles = [postProfile, ...shapes.map((shape) => ({ size: only(shape) }))]
    for (const profile of profiles) {
      const bytes = await activationsOf(t, postGraph(recipe, type, 'tensorrt'), profile)
      t.true(bytes <= mostActivations, `${profile.size.max.join('×')}: ${bytes}`)
    }
  })
}

/** A profile for sizes up to that one, and tuned for it. */
function only(shape: readonly number[]) {
  return { min: shape.map((_, axis) => (axis === 2 ? 3 : 1)), opt: shape, max: shape }
}
