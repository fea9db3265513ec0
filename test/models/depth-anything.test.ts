import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { openCheckpoint } from '#dist/checkpoint/index.js'
import { PdfnetError } from '#dist/errors.js'
import {
  checkpointWeights,
  depthAnythingGraph,
  depthAnythingOf,
  depthAnythingShapes,
  exportModel,
  parseDepthAnythingConfig,
  randomWeights,
  type DepthAnythingConfig,
  type Target,
  type Weights,
} from '#dist/models/index.js'
import { temporaryFolder } from '../native/addon.js'
import {
  golden,
  goldenTensors,
  goldenWeights,
  largestError,
  noise,
  runNetwork,
  singlePrecision,
  type Numbers,
} from './network.js'

const tiny: DepthAnythingConfig = { embed_dim: 48, num_heads: 3, features: 16, out_channels: [12, 16, 24, 48] }
const tinyWeights = randomWeights(depthAnythingShapes(depthAnythingOf(tiny)), 5)

const targets = ['cpu', 'tensorrt'] as const

function sized(size: readonly [number, number], target: Target = 'cpu', batch = 1) {
  return { target, size, batch, config: tiny }
}

/** The tokens that the head takes, by their names in the goldens and in the graph. */
const features = [1, 2, 3, 4].map((i) => [`features.${i}`, `pretrained.norm${i === 1 ? '' : `_${i - 1}`}`] as const)

// Larger, smaller and as large as the positions were trained on; the smallest; maps whose halves are odd.
for (const [height, width, file, suffix] of [
  [518, 518, '', '.518x518'],
  [70, 98, '', '.70x98'],
  [14, 14, '-14x14', ''],
  [42, 28, '-42x28', ''],
  [126, 70, '-126x70', ''],
] as const) {
  for (const target of targets) {
    test(`the graph for ${target} gives what the authors' code gives, depth and features, at ${height}×${width}`, async (t) => {
      const tensors = await goldenTensors(`depth-anything-v2-tiny${file}`)
      const pairs = [['depth', 'depth'], ['features', 'pretrained.norm_3'], ...features].flatMap(([name, value]) => {
        const expected = tensors.get(`${name}${suffix}`)
        return expected ? [{ name: name, value: value, expected }] : []
      })
      t.is(pairs.length, suffix === '' ? 5 : 2)
      const model = depthAnythingGraph(await goldenWeights(t, 'depth-anything-v2-tiny'), sized([height, width], target))
      const outputs = Object.fromEntries(pairs.map(({ value, expected }) => [value, expected.shape]))
      const found = await runNetwork(t, model, { image: tensors.get(`image${suffix}`)! }, outputs)
      if (!found) return
      for (const { name, value, expected } of pairs) {
        const error = largestError(found.get(value)!, expected.data)
        t.true(error <= singlePrecision, `${name}: ${error}`)
      }
    })
  }
}

/** In standard deviations: the two differ by how the positions are computed alone. */
const anySize = 1e-5

for (const target of targets) {
  test(`the graph of any size for ${target} gives what the one of each size gives`, async (t) => {
    const weights = await goldenWeights(t, 'depth-anything-v2-tiny')
    const any = depthAnythingGraph(weights, { ...sized([14, 14], target), size: 'any' })
    // As the positions were trained, both ways from it, smaller, the smallest, and so elongated that one side is capped.
    for (const size of [
      [518, 518],
      [518, 686],
      [686, 518],
      [70, 98],
      [14, 14],
      [28, 2072],
    ] as const) {
      const image = noise([1, 3, ...size], 3)
      const outputs = { depth: [1, ...size] }
      const found = await runNetwork(t, any, { image }, outputs)
      if (!found) return
      const expected = await runNetwork(t, depthAnythingGraph(weights, sized(size, target)), { image }, outputs)
      const error = largestError(found.get('depth')!, expected!.get('depth')!)
      t.true(error <= anySize, `${size.join('×')}: ${error}`)
    }
  })
}

test("the graph of any size gives what the authors' code gives", async (t) => {
  const weights = await goldenWeights(t, 'depth-anything-v2-tiny')
  for (const [file, suffix] of [
    ['', '.518x518'],
    ['', '.70x98'],
    ['-14x14', ''],
    ['-42x28', ''],
    ['-126x70', ''],
  ] as const) {
    const tensors = await goldenTensors(`depth-anything-v2-tiny${file}`)
    const [image, depth] = [tensors.get(`image${suffix}`)!, tensors.get(`depth${suffix}`)!]
    const any = depthAnythingGraph(weights, { ...sized([14, 14]), size: 'any' })
    const found = await runNetwork(t, any, { image }, { depth: depth.shape })
    if (!found) return
    const error = largestError(found.get('depth')!, depth.data)
    t.true(error <= singlePrecision, `${file}${suffix}: ${error}`)
  }
})

test('the graph of any size takes one picture', (t) => {
  const any = { target: 'cpu', size: 'any', config: tiny } as const
  t.regex(
    t.throws(() => depthAnythingGraph(tinyWeights, { ...any, batch: 2 }), { code: 'ERR_ARGUMENT' }).message,
    /expected 1 for pictures of any size for batch/,
  )
  const { inputs, outputs } = depthAnythingGraph(tinyWeights, { ...any, batch: 1 }).graph
  t.deepEqual(inputs[0]!.tensor!.dims, [1, 3, 'height', 'width'])
  t.deepEqual(outputs[0]!.tensor!.dims, [1, 'height', 'width'])
})

const transformers = 'depth-anything-v2-transformers'

async function transformersWeights(t: ExecutionContext): Promise<Weights> {
  const checkpoint = await openCheckpoint(join(golden, `${transformers}.safetensors`))
  t.teardown(() => checkpoint.close())
  return checkpointWeights(checkpoint)
}

test("weights in the transformers library's format give what that library gives, two pictures at once", async (t) => {
  const tensors = await goldenTensors(transformers)
  const config = parseDepthAnythingConfig(JSON.parse(await readFile(join(golden, `${transformers}.json`), 'utf8')))
  const weights = await transformersWeights(t)
  const depth = tensors.get('depth')!
  for (const target of targets) {
    const model = depthAnythingGraph(weights, { target, size: [70, 70], batch: 2, config })
    const found = await runNetwork(t, model, { image: tensors.get('image')! }, { depth: depth.shape })
    if (!found) return
    const error = largestError(found.get('depth')!, depth.data)
    t.true(error <= singlePrecision, `${target}: ${error}`)
  }
})

test("in that format, weights that do not fit are listed by the file's own names", async (t) => {
  const file = await transformersWeights(t)
  const missing = 'backbone.encoder.layer.2.attention.attention.key.bias'
  const weights: Weights = {
    ...file,
    names: [...file.names.filter((name) => name !== missing), 'backbone.more'],
    shape: (name) => (name === missing ? undefined : name === 'backbone.more' ? [3] : file.shape(name)),
  }
  const options = { target: 'cpu', size: [70, 70], batch: 1 } as const
  const error = t.throws(() => depthAnythingGraph(weights, options), { code: 'ERR_MODEL_MISMATCH' })
  t.regex(error.message, /1 missing, 0 misshapen, 1 unknown/)
  t.true(error.message.includes(`${missing}: expected [24], found nothing`))
  t.true(error.message.includes('backbone.more: expected nothing, found [3]'))
})

test('a batch gives to the bit what its pictures give one by one', async (t) => {
  for (const size of [
    [42, 56],
    [98, 70],
  ] as const) {
    const images = [1, 2, 3].map((seed) => noise([1, 3, ...size], seed))
    const singles = await Promise.all(images.map((image) => run(t, tinyWeights, size, image)))
    const all = Float32Array.from(images.flatMap(({ data }) => [...data]))
    const batch = await run(t, tinyWeights, size, { shape: [3, 3, ...size], data: all })
    if (!batch) return
    t.deepEqual(batch, Float32Array.from(singles.flatMap((single) => [...single!])))
    t.true(batch.some((value) => value > 0))
  }
})

async function run(t: ExecutionContext, weights: Weights, size: readonly [number, number], image: Numbers) {
  const batch = image.shape[0]!
  const model = depthAnythingGraph(weights, sized(size, 'cpu', batch))
  return (await runNetwork(t, model, { image }, { depth: [batch, ...size] }))?.get('depth')
}

for (const [name, config, parameters] of [
  ['Small', {}, 24.8e6],
  ['Base', { embed_dim: 768, features: 128, out_channels: [96, 192, 384, 768] }, 97.5e6],
  ['Large', { embed_dim: 1024, depth: 24, features: 256, out_channels: [256, 512, 1024, 1024] }, 335.3e6],
] as const) {
  test(`${name} is told by the shapes of its weights, and no weight is stored twice`, (t) => {
    const shapes = depthAnythingShapes(depthAnythingOf(config))
    const inUse = [...shapes.values()].map(count).reduce((a, b) => a + b)
    t.true(Math.abs(inUse / parameters - 1) < 0.02, `${inUse}`)
    for (const target of targets) {
      const { graph } = depthAnythingGraph(randomWeights(shapes, 1), { target, size: [518, 686], batch: 2 })
      const stored = graph.initializers.map(({ shape }) => count(shape)).reduce((a, b) => a + b)
      // Positions for the larger grid are more than those that were trained.
      t.true(stored < 1.02 * inUse, `${stored} of ${inUse}`)
      t.is(new Set(graph.initializers.map((tensor) => tensor.name)).size, graph.initializers.length)
      t.true(graph.nodes.length < 800, `${graph.nodes.length}`)
    }
  })
}

function count(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

test('nodes and weights are named after the checkpoint', (t) => {
  const { graph } = depthAnythingGraph(tinyWeights, sized([28, 28]))
  const names = new Set([...graph.nodes, ...graph.initializers].map(({ name }) => name))
  for (const name of [
    'pretrained.blocks.3.attn.q',
    'pretrained.blocks.11.mlp.fc2',
    'pretrained.blocks.0.mlp.fc1.weight',
    'depth_head.resize_layers.0',
    'depth_head.scratch.refinenet2.resConfUnit1.conv2.bias',
    'depth_head.scratch.output_conv1',
  ]) {
    t.true(names.has(name), name)
  }
})

test('a size that the network cannot take is refused, with the nearest that it can', (t) => {
  for (const [height, width, nearest] of [
    [518, 700.5, '518x700'],
    [500, 680, '504x686'],
    [0, 14, '14x14'],
    [14, 1e6, '14x2072'],
    [NaN, 28, '518x28'],
  ] as const) {
    const error = t.throws(() => depthAnythingGraph(tinyWeights, sized([height, width])), {
      instanceOf: PdfnetError,
      code: 'ERR_ARGUMENT',
    })
    t.true(error.message.includes(`the nearest is ${nearest})`), error.message)
  }
  for (const batch of [0, 1.5, 65]) {
    t.throws(() => depthAnythingGraph(tinyWeights, sized([28, 28], 'cpu', batch)), { code: 'ERR_ARGUMENT' })
  }
})

test('weights that are missing, misshapen or unknown are all named, with the shapes expected and found', (t) => {
  const shapes = new Map(depthAnythingShapes(depthAnythingOf(tiny)))
  shapes.delete('pretrained.blocks.11.norm2.bias')
  shapes.delete('depth_head.scratch.layer3_rn.weight')
  for (const name of shapes.keys()) if (name.startsWith('pretrained.blocks.4.')) shapes.delete(name)
  shapes.set('pretrained.pos_embed', [1, 1371, 48])
  shapes.set('depth_head.resize_layers.0.weight', [12, 12, 2, 2])
  shapes.set('pretrained.register_tokens', [1, 4, 48])
  const error = t.throws(() => depthAnythingGraph(randomWeights(shapes, 1), sized([28, 28])), {
    code: 'ERR_MODEL_MISMATCH',
  })
  for (const line of [
    'pretrained.blocks.11.norm2.bias: expected [48], found nothing',
    'depth_head.scratch.layer3_rn.weight: expected [16, 24, 3, 3], found nothing',
    'pretrained.blocks.4.attn.qkv.weight: expected [144, 48], found nothing',
    'pretrained.pos_embed: expected [1, 1370, 48], found [1, 1371, 48]',
    'depth_head.resize_layers.0.weight: expected [12, 12, 4, 4], found [12, 12, 2, 2]',
    'pretrained.register_tokens: expected nothing, found [1, 4, 48]',
  ]) {
    t.true(error.message.includes(line), line)
  }
})

test('weights of another network, or of none, are named too', (t) => {
  for (const shapes of [new Map(), new Map([['conv1.weight', [64, 3, 7, 7]]]), new Map([['backbone.x', []]])]) {
    const options = { target: 'cpu', size: [28, 28], batch: 1 } as const
    t.throws(() => depthAnythingGraph(randomWeights(shapes, 1), options), { code: 'ERR_MODEL_MISMATCH' })
  }
})

test('what the network has and does not use is passed over', (t) => {
  const shapes = new Map(depthAnythingShapes(depthAnythingOf(tiny)))
  shapes.set('pretrained.mask_token', [1, 48])
  shapes.set('depth_head.scratch.refinenet4.resConfUnit1.conv1.weight', [16, 16, 3, 3])
  t.notThrows(() => depthAnythingGraph(randomWeights(shapes, 1), sized([28, 28])))
})

test('what shapes cannot tell of an unknown network must be in the configuration, and agree with the weights', (t) => {
  const graph = (config: DepthAnythingConfig) => () =>
    depthAnythingGraph(tinyWeights, { target: 'cpu', size: [28, 28], batch: 1, config })
  t.regex(t.throws(graph({}), { code: 'ERR_ARGUMENT' }).message, /config.num_heads/)
  t.regex(t.throws(graph({ num_heads: 5 }), { code: 'ERR_ARGUMENT' }).message, /divisor of the encoder's 48/)
  for (const layers of [
    [2, 5, 8, 12],
    [5, 2, 8, 11],
    [2, 2, 8, 11],
  ]) {
    t.regex(t.throws(graph({ ...tiny, layers }), { code: 'ERR_ARGUMENT' }).message, /config.layers/)
  }
  const error = t.throws(graph({ ...tiny, depth: 24, out_channels: [1, 2, 3, 4] }), { code: 'ERR_MODEL_MISMATCH' })
  t.regex(error.message, /depth is 12, expected 24; out_channels is 12,16,24,48, expected 1,2,3,4/)
})

test('of a configuration the known fields are taken, and bad ones are refused', (t) => {
  t.deepEqual(parseDepthAnythingConfig({ ...tiny, sizes: [], tensors: {} }), tiny)
  t.deepEqual(parseDepthAnythingConfig({ depth: 12 }, { depth: 12, features: 64 }), { depth: 12, features: 64 })
  for (const config of [null, [], 'tiny', { depth: 0 }, { features: 1e9 }, { layers: [0, 1] }, { out_channels: 'x' }]) {
    t.throws(() => parseDepthAnythingConfig(config), { code: 'ERR_ARGUMENT' }, JSON.stringify(config))
  }
  t.throws(() => parseDepthAnythingConfig({ depth: 12 }, { depth: 24 }), { code: 'ERR_ARGUMENT' })
})

test('a configuration for depth in metres is refused: its weights look like those for relative depth', (t) => {
  for (const config of [{ max_depth: 80 }, { depth_estimation_type: 'metric' }]) {
    t.throws(() => parseDepthAnythingConfig({ ...tiny, ...config }), { code: 'ERR_MODEL_UNSUPPORTED' })
  }
  for (const config of [{ max_depth: null }, { depth_estimation_type: 'relative', max_depth: 1 }]) {
    t.deepEqual(parseDepthAnythingConfig({ ...tiny, ...config }), tiny)
  }
})

test('a weight that is not finite is named when the graph is written', async (t) => {
  const name = 'pretrained.blocks.1.ls2.gamma'
  const spoilt: Weights = {
    ...tinyWeights,
    read: async (one) => {
      const values = await tinyWeights.read(one)
      return one === name ? values.fill(NaN) : values
    },
  }
  const { graph } = depthAnythingGraph(spoilt, sized([28, 28]))
  const { data } = graph.initializers.find((tensor) => tensor.name === 'pretrained.blocks.1.mlp.fc2.weight')!
  if (data.kind !== 'made') return t.fail('it is in memory before it is wanted')
  const error = await t.throwsAsync(data.make(), { code: 'ERR_MODEL_MISMATCH' })
  t.true(error.message.includes(`${name} of ${spoilt.source} holds NaN at 0`))
})

test('a checkpoint of it is exported, by its family and by its own name', async (t) => {
  const output = join(await temporaryFolder(t), 'depth.onnx')
  const [weights, config] = ['pth', 'json'].map((end) => join(golden, `depth-anything-v2-tiny.${end}`)) as [
    string,
    string,
  ]
  const exported = await exportModel({ model: 'depth-anything-v2', weights, config, output })
  t.deepEqual(exported.inputs, { image: [1, 3, 518, 518] })
  t.deepEqual(exported.outputs, { depth: [1, 518, 518] })
  const large = exportModel({ model: 'depth-anything-v2-large', weights, output })
  t.regex((await t.throwsAsync(large, { code: 'ERR_MODEL_MISMATCH' })).message, /embed_dim is 48, expected 1024/)
})
