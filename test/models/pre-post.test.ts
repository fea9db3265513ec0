import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { writeOnnx, type Model } from '#dist/graph/index.js'
import {
  loadRecipe,
  postGraph,
  preDepthGraph,
  preGraph,
  type MatteType,
  type Recipe,
  type Target,
} from '#dist/models/index.js'
import { addon, type Binding, type NativeSession } from '#dist/native.js'
import { allocateTensor, tensorOf, type DType, type Shape } from '#dist/tensor.js'
import { cpuLibrary, runOnce, temporaryFolder } from '../native/addon.js'

const isnet = loadRecipe('isnet')
const recipe: Recipe = {
  ...isnet,
  input: { ...isnet.input, size: [12, 20], scale: 255, mean: [0.4, 0.5, 0.6], deviation: [0.2, 0.25, 0.3] },
}

let tickets = 0

async function open(t: ExecutionContext, model: Model): Promise<NativeSession | undefined> {
  const library = await cpuLibrary(t)
  if (library === undefined) return undefined
  const file = join(await temporaryFolder(t), 'graph.onnx')
  await writeOnnx(model, file)
  const session = await addon().open({ engine: 'cpu', library, models: [file], instances: 1, threads: 1 }, ++tickets)
  t.teardown(() => session.dispose())
  return session
}

/** @param bound the output's shape where it is not that of its numbers */
async function run(
  session: NativeSession,
  inputs: readonly Binding[],
  name: string,
  dtype: DType,
  shape: Shape,
  bound = shape,
) {
  const { data } = allocateTensor(dtype, shape)
  await runOnce(session, inputs, [{ name, shape: bound, data }], ++tickets)
  const { buffer, byteOffset } = data
  const length = data.length / { uint8: 1, uint16: 2, float32: 4 }[dtype as MatteType]
  if (dtype === 'float32') return new Float32Array(buffer, byteOffset, length)
  return dtype === 'uint16' ? new Uint16Array(buffer, byteOffset, length) : new Uint8Array(buffer, byteOffset, length)
}

/** Bilinear with half-pixel centres, in double precision: what OpenCV's INTER_LINEAR gives for floats. */
function bilinear(
  at: (y: number, x: number) => number,
  from: readonly [number, number],
  to: readonly [number, number],
) {
  const axis = (i: number, size: number, target: number) => {
    const centre = Math.max(((i + 0.5) * size) / target - 0.5, 0)
    const first = Math.floor(centre)
    return { first, second: Math.min(first + 1, size - 1), weight: centre - first }
  }
  const mix = (a: number, b: number, weight: number) => a + (b - a) * weight
  return Array.from({ length: to[0] * to[1] }, (_, i) => {
    const y = axis(Math.floor(i / to[1]), from[0], to[0])
    const x = axis(i % to[1], from[1], to[1])
    const row = (line: number) => mix(at(line, x.first), at(line, x.second), x.weight)
    return mix(row(y.first), row(y.second), y.weight)
  })
}

/** Differs from place to place with no pattern that a resize could miss. */
const sample = (i: number) => Math.imul(i + 1, 2654435761) >>> 24

const targets: readonly Target[] = ['cpu', 'tensorrt']

/** Unsigned whole numbers within this of a half may round either way in single precision. */
const nearHalf = 0.01

for (const target of targets) {
  test(`pre for ${target} resizes as OpenCV does and normalises, for pictures of any shape`, async (t) => {
    const session = await open(t, preGraph(recipe, target))
    if (!session) return
    const [height, width] = recipe.input.size
    for (const [h, w] of [
      [12, 20],
      [31, 17],
      [5, 7],
      [1, 1],
      [1, 3000],
      [2000, 1],
    ] as const) {
      const data = Uint8Array.from({ length: h * w * 3 }, (_, i) => sample(i))
      const image = { name: 'image', shape: [h, w, 3], data }
      const found = await run(session, [image], 'input', 'float32', [1, 3, height, width])
      let worst = 0
      for (const channel of [0, 1, 2]) {
        const resized = bilinear((y, x) => data[(y * w + x) * 3 + channel]!, [h, w], [height, width])
        resized.forEach((pixel, i) => {
          const expected = (pixel / 255 - recipe.input.mean[channel]!) / recipe.input.deviation[channel]!
          worst = Math.max(worst, Math.abs(found[channel * height * width + i]! - expected))
        })
      }
      t.true(worst < 1e-5, `${h}×${w}: ${worst}`)
    }
  })
}

test('pre gives the same numbers for each target, to the bit', async (t) => {
  const [h, w] = [31, 17]
  const image = { name: 'image', shape: [h, w, 3], data: Uint8Array.from({ length: h * w * 3 }, (_, i) => sample(i)) }
  const results: unknown[] = []
  for (const target of targets) {
    const session = await open(t, preGraph(recipe, target))
    if (!session) return
    results.push(await run(session, [image], 'input', 'float32', [1, 3, ...recipe.input.size]))
  }
  t.deepEqual(results[1], results[0])
})

test('pseudo-depth of any size is resized as OpenCV does, and keeps its range', async (t) => {
  const session = await open(t, preDepthGraph(recipe))
  if (!session) return
  const [height, width] = recipe.input.size
  for (const [h, w] of [
    [12, 20],
    [31, 17],
    [5, 7],
    [1, 1],
    [200, 1],
  ] as const) {
    const values = Float32Array.from({ length: h * w }, (_, i) => sample(i) * 1000 - 500)
    const depth = { name: 'depth', shape: [1, h, w], data: new Uint8Array(values.buffer) }
    const found = await run(session, [depth], 'input', 'float32', [1, 1, height, width])
    const expected = bilinear((y, x) => values[y * w + x]!, [h, w], [height, width])
    const worst = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - found[i]!)), 0)
    t.true(worst < 1, `${h}×${w}: ${worst} of 255,000`)
  }
})

test('a picture that has the size already is not resampled', async (t) => {
  const session = await open(
    t,
    preGraph({ ...recipe, input: { ...recipe.input, scale: 1, mean: [0, 0, 0], deviation: [1, 1, 1] } }, 'cpu'),
  )
  if (!session) return
  const data = Uint8Array.from({ length: 12 * 20 * 3 }, (_, i) => sample(i))
  const found = await run(session, [{ name: 'image', shape: [12, 20, 3], data }], 'input', 'float32', [1, 3, 12, 20])
  t.true(found.every((value, i) => value === data[(i % 240) * 3 + Math.floor(i / 240)]))
})

for (const [type, largest, target] of [
  ['uint8', 255, 'cpu'],
  ['uint16', 65535, 'cpu'],
  ['uint16', 65535, 'tensorrt'],
  ['float32', 1, 'cpu'],
] as const) {
  test(`post clamps, resizes and rounds half up, once, to ${type} for ${target}`, async (t) => {
    const session = await open(t, postGraph(recipe, type, target))
    if (!session) return
    const [height, width] = recipe.input.size
    // Some are outside 0…1, as a network's last resize leaves them.
    const values = Float32Array.from({ length: height * width }, (_, i) => sample(i) / 200 - 0.1)
    const alpha = { name: 'alpha', shape: [1, 1, height, width], data: new Uint8Array(values.buffer) }
    for (const [h, w] of [
      [12, 20],
      [40, 50],
      [5, 7],
      [1, 1],
      [1, 300],
    ] as const) {
      const size = { name: 'size', ...tensorOf('int64', [2], [h, w]) }
      const inBytes = type === 'uint16' && target === 'tensorrt'
      const found = await run(session, [alpha, size], 'matte', type, [h, w], inBytes ? [h, w, 2] : [h, w])
      const clamp = (value: number) => Math.min(Math.max(value, 0), 1)
      // What is quantised is clamped before the resize.
      const at = (y: number, x: number) => (type === 'float32' ? (v: number) => v : clamp)(values[y * width + x]!)
      const expected = bilinear(at, [height, width], [h, w]).map((value) => clamp(value) * largest)
      const wrong = expected.filter((value, i) => {
        if (type === 'float32') return Math.abs(found[i]! - value) > 1e-5
        const near = Math.abs(value - Math.floor(value) - 0.5) < nearHalf * (largest / 255)
        return Math.abs(found[i]! - Math.floor(value + 0.5)) > (near ? 1 : 0)
      })
      t.deepEqual(wrong, [], `${h}×${w}`)
    }
  })
}

test('alpha of whole steps comes back as those steps', async (t) => {
  const session = await open(t, postGraph({ ...recipe, input: { ...recipe.input, size: [16, 16] } }, 'uint8', 'cpu'))
  if (!session) return
  const values = Float32Array.from({ length: 256 }, (_, i) => i / 255)
  const alpha = { name: 'alpha', shape: [1, 1, 16, 16], data: new Uint8Array(values.buffer) }
  const size = { name: 'size', ...tensorOf('int64', [2], [16, 16]) }
  t.deepEqual(
    [...(await run(session, [alpha, size], 'matte', 'uint8', [16, 16]))],
    Array.from({ length: 256 }, (_, i) => i),
  )
})

test("logits go through the recipe's sigmoid first", async (t) => {
  const logits = { ...recipe, output: { ...recipe.output, activation: 'sigmoid' } } as const
  const session = await open(t, postGraph(logits, 'float32', 'cpu'))
  if (!session) return
  const values = Float32Array.from({ length: 240 }, (_, i) => i / 10 - 12)
  const alpha = { name: 'alpha', shape: [1, 1, 12, 20], data: new Uint8Array(values.buffer) }
  const size = { name: 'size', ...tensorOf('int64', [2], [12, 20]) }
  const found = await run(session, [alpha, size], 'matte', 'float32', [12, 20])
  t.true(found.every((value, i) => Math.abs(value - 1 / (1 + Math.exp(-values[i]!))) < 1e-6))
})

test('pre for the CPU makes nothing float before it has the size of the network, so its memory does not grow with the picture', (t) => {
  const { nodes } = preGraph(isnet, 'cpu').graph
  const onPicture = nodes.filter((node) => node.inputs.some((name) => name === 'image' || name === 'pixels'))
  t.deepEqual([...new Set(onPicture.map((node) => node.opType))].sort(), ['Gather', 'Reshape', 'Shape'])
})
