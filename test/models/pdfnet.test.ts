import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { PdfnetError } from '#dist/errors.js'
import { mixedPrecision, writeOnnx } from '#dist/graph/index.js'
import {
  architectureOf,
  parsePdfnetConfig,
  pdfnetGraph,
  pdfnetShapes,
  randomWeights,
  type GraphOptions,
  type PdfnetConfig,
  type Weights,
} from '#dist/models/index.js'
import { temporaryFolder } from '../native/addon.js'
import {
  goldenTensors,
  goldenWeights,
  largestError,
  noise,
  runNetwork,
  singlePrecision,
  type Numbers,
} from './network.js'

const tiny = { embed_dim: 16, depths: [2, 2, 2, 2], num_heads: [1, 2, 4, 8], emb: 16 }
const tinyWeights = randomWeights(pdfnetShapes(architectureOf(tiny)), 5)

function square(side: number, target: GraphOptions['target'] = 'cpu', batch = 1): GraphOptions<PdfnetConfig> {
  return { target, size: [side, side], batch }
}

/** The encoder's maps, by their names in the goldens and in the graph. */
const stages = ['whole', 'patches'].flatMap((branch) =>
  [1, 2, 3, 4].map((stage) => [`encoder.${branch}.${stage}`, `${branch}/encoder.stage.${stage}`] as const),
)

// At 256 no map is odd; at 96 one window holds a map exactly, and patches have odd maps; at 160 whole maps have; 32 is
// the smallest.
for (const [golden, side] of [
  ['pdfnet-tiny', 256],
  ['pdfnet-tiny-160', 160],
  ['pdfnet-tiny-96', 96],
  ['pdfnet-tiny-32', 32],
] as const) {
  for (const target of ['cpu', 'tensorrt'] as const) {
    test(`the graph for ${target} gives what the authors' code gives, stage by stage, at ${side}²`, async (t) => {
      const expected = await goldenTensors(golden)
      const model = pdfnetGraph(await goldenWeights(t, 'pdfnet-tiny'), square(side, target))
      const shapes = stages.map(([name, value]) => {
        const [, ...shape] = expected.get(name)!.shape
        return [value, [value.startsWith('whole') ? 2 : 64, ...shape]] as const
      })
      const inputs = { image: expected.get('image')!, depth: expected.get('depth')! }
      const logits = [1, 1, side, side]
      const found = await runNetwork(t, model, inputs, { ...Object.fromEntries(shapes), alpha: logits, logit: logits })
      if (!found) return
      for (const [name, value] of [...stages, ['alpha', 'alpha'], ['logit', 'logit']] as const) {
        // Of the patches' maps the goldens have the first four.
        const { data } = expected.get(name)!
        const error = largestError(found.get(value)!.subarray(0, data.length), data)
        t.true(error <= singlePrecision, `${name}: ${error}`)
      }
    })
  }
}

test('a batch gives to the bit what its pictures give one by one, a flat depth among them', async (t) => {
  const side = 64
  const images = [noise([1, 3, side, side], 1), noise([1, 3, side, side], 2), noise([1, 3, side, side], 3)]
  const depths = [noise([1, 1, side, side], 4), flat(side), scaled(noise([1, 1, side, side], 6), 1000)]
  const singles = await Promise.all(images.map((image, i) => run(t, tinyWeights, side, [image], [depths[i]!])))
  const batch = await run(t, tinyWeights, side, images, depths)
  if (!batch) return
  t.deepEqual(batch, Float32Array.from(singles.flatMap((single) => [...single!])))
  t.true(batch.every(Number.isFinite))
})

test('a depth counts by its place in the range of its own picture, whatever its unit', async (t) => {
  const image = [noise([1, 3, 64, 64], 1)]
  const depth = noise([1, 1, 64, 64], 2)
  // Powers of two, so that nothing is rounded.
  const [one, other] = [
    await run(t, tinyWeights, 64, image, [depth]),
    await run(t, tinyWeights, 64, image, [scaled(depth, 4)]),
  ]
  if (one) t.deepEqual(one, other)
})

async function run(
  t: ExecutionContext,
  weights: Weights,
  side: number,
  images: readonly Numbers[],
  depths: readonly Numbers[],
): Promise<Float32Array | undefined> {
  const batch = images.length
  const model = pdfnetGraph(weights, square(side, 'cpu', batch))
  const inputs = { image: joined(images), depth: joined(depths) }
  return (await runNetwork(t, model, inputs, { logit: [batch, 1, side, side] }))?.get('logit')
}

function joined(parts: readonly Numbers[]): Numbers {
  const [, ...shape] = parts[0]!.shape
  return { shape: [parts.length, ...shape], data: Float32Array.from(parts.flatMap(({ data }) => [...data])) }
}

function flat(side: number): Numbers {
  return { shape: [1, 1, side, side], data: new Float32Array(side * side).fill(3) }
}

function scaled({ shape, data }: Numbers, factor: number): Numbers {
  return { shape, data: data.map((value) => value * factor) }
}

test('the full network has fewer than 3,000 nodes in each precision, and holds no weight twice', (t) => {
  const shapes = pdfnetShapes(architectureOf({}))
  const parameters = [...shapes.values()].map(count).reduce((a, b) => a + b)
  const weights = randomWeights(shapes, 1)
  const standard = pdfnetGraph(weights, square(1024, 'tensorrt'))
  for (const { graph } of [pdfnetGraph(weights, square(1024)), standard, mixedPrecision(standard)]) {
    t.true(graph.nodes.length < 3000, `${graph.nodes.length}`)
    const stored = graph.initializers.map(({ shape }) => count(shape)).reduce((a, b) => a + b)
    // Besides the weights: biases spelled out for each pair in a window, masks and indices.
    t.true(stored < 1.16 * parameters, `${stored} of ${parameters}`)
    t.is(new Set(graph.initializers.map(({ name }) => name)).size, graph.initializers.length)
  }
})

function count(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

test("on the CPU device the picture's own detail is made when the levels are, not kept from the start", (t) => {
  const made = (target?: 'tensorrt') => {
    const { nodes } = pdfnetGraph(tinyWeights, square(64, target)).graph
    const needed = new Set(nodes.find(({ name }) => name === 'decoder.shallow.Concat')!.inputs)
    // From the last to the first: all that the detail needs.
    for (const { inputs, outputs } of [...nodes].reverse()) {
      if (outputs.some((name) => needed.has(name))) inputs.forEach((name) => needed.add(name))
    }
    return needed.has('decoder.channel_mix.0.Mul')
  }
  t.true(made())
  t.false(made('tensorrt'))
})

test('nodes are named after the checkpoint', (t) => {
  const { graph } = pdfnetGraph(tinyWeights, square(64))
  const names = new Set(graph.nodes.map(({ name }) => name))
  for (const name of [
    'whole/encoder.layers.2.blocks.1.attn.qkv',
    'patches/encoder.layers.0.downsample.reduction',
    'whole/channel_mix3.0',
    'decoder.FSE_mix.2.ID.FFN.w3',
    'decoder.Bside.0',
  ]) {
    t.true(names.has(name), name)
  }
  const weights = new Set(graph.initializers.map(({ name }) => name))
  t.true(weights.has('encoder.layers.2.blocks.1.mlp.fc1.weight'))
})

test('a size that the network cannot take is refused, with the nearest that it can', (t) => {
  for (const [height, width, nearest] of [
    [1000, 1000, 992],
    [1024, 768, 896],
    [16, 16, 32],
    [0, 0, 32],
    [100_000, 100_000, 4096],
    [64.5, 64.5, 64],
  ] as const) {
    const error = t.throws(() => pdfnetGraph(tinyWeights, { target: 'cpu', size: [height, width], batch: 1 }), {
      instanceOf: PdfnetError,
      code: 'ERR_ARGUMENT',
    })
    t.regex(error.message, new RegExp(`the nearest is ${nearest}\\)`))
  }
  for (const batch of [0, -1, 1.5, 65, NaN]) {
    t.throws(() => pdfnetGraph(tinyWeights, square(64, 'cpu', batch)), { code: 'ERR_ARGUMENT' })
  }
})

test('weights that are missing, misshapen or unknown are all named, with the shapes expected and found', (t) => {
  const shapes = new Map(pdfnetShapes(architectureOf(tiny)))
  shapes.delete('decoder.Bside.3.bias')
  shapes.delete('encoder.layers.1.blocks.1.mlp.fc2.weight')
  for (const name of shapes.keys()) if (name.startsWith('encoder.layers.3.blocks.1.')) shapes.delete(name)
  shapes.set('channel_mix2.0.weight', [16, 33, 3, 3])
  shapes.set('encoder.norm0.bias', [1, 16])
  shapes.set('decoder.FSE_mix.4.unheard', [7])
  const error = t.throws(() => pdfnetGraph(randomWeights(shapes, 1), square(64)), {
    instanceOf: PdfnetError,
    code: 'ERR_MODEL_MISMATCH',
  })
  for (const line of [
    'decoder.Bside.3.bias: expected [1], found nothing',
    'encoder.layers.1.blocks.1.mlp.fc2.weight: expected [32, 128], found nothing',
    'encoder.layers.3.blocks.1.attn.qkv.weight: expected [384, 128], found nothing',
    'channel_mix2.0.weight: expected [16, 32, 3, 3], found [16, 33, 3, 3]',
    'encoder.norm0.bias: expected [16], found [1, 16]',
    'decoder.FSE_mix.4.unheard: expected nothing, found [7]',
  ]) {
    t.true(error.message.includes(line), line)
  }
})

test('weights of another network, or of none, are named too', (t) => {
  for (const shapes of [new Map(), new Map([['conv1.weight', [64, 3, 7, 7]]])]) {
    const error = t.throws(() => pdfnetGraph(randomWeights(shapes, 1), square(64)), { code: 'ERR_MODEL_MISMATCH' })
    t.true(error.message.includes('encoder.patch_embed.proj.weight: expected [128, 3, 4, 4], found nothing'))
  }
})

test('what training alone needs is passed over', (t) => {
  const shapes = new Map(pdfnetShapes(architectureOf(tiny)))
  shapes.set('IntegrityPriorLoss.sobel_x.weight', [1, 1, 3, 3])
  shapes.set('depth_decoder.Bside.0.weight', [1, 128, 3, 3])
  shapes.set('encoder.layers.0.blocks.0.attn.relative_position_index', [144, 144])
  t.notThrows(() => pdfnetGraph(randomWeights(shapes, 1), square(64)))
})

test('a configuration must agree with the weights', (t) => {
  t.notThrows(() => pdfnetGraph(tinyWeights, { ...square(64), config: tiny }))
  const error = t.throws(() => pdfnetGraph(tinyWeights, { ...square(64), config: { ...tiny, emb: 32 } }), {
    code: 'ERR_MODEL_MISMATCH',
  })
  t.regex(error.message, /emb is 16, expected 32/)
})

test('of a configuration the known fields are taken, and bad ones are refused', (t) => {
  t.deepEqual(parsePdfnetConfig({ ...tiny, model: 'pdfnet', tensors: {} }), tiny)
  for (const config of [
    null,
    [],
    'tiny',
    { emb: 0 },
    { emb: 1e9 },
    { depths: [2, 2] },
    { num_heads: [1, 2, 4, 'x'] },
    { embed_dim: 16, num_heads: [3, 6, 12, 24] },
  ]) {
    t.throws(() => parsePdfnetConfig(config), { code: 'ERR_ARGUMENT' }, JSON.stringify(config))
  }
})

test('weights that are not finite, or too large for half precision, are all named when the graph is written', async (t) => {
  const spoilt = new Map([
    ['decoder.upsample1.0.0.weight', Infinity],
    ['encoder.layers.1.blocks.0.attn.qkv.bias', NaN],
    ['encoder.layers.0.blocks.1.attn.relative_position_bias_table', -Infinity],
    ['decoder.FSE_mix.2.ID.FFN.w3.weight', 7e4],
  ])
  const weights: Weights = {
    ...tinyWeights,
    read: async (name) => {
      const values = await tinyWeights.read(name)
      values[7] = spoilt.get(name) ?? values[7]!
      return values
    },
  }
  const file = join(await temporaryFolder(t), 'network.onnx')
  const graph = pdfnetGraph(weights, square(64, 'tensorrt'))
  for (const [model, count] of [
    [graph, 3],
    [mixedPrecision(graph), 4],
  ] as const) {
    const { message } = await t.throwsAsync(writeOnnx(model, file), {
      instanceOf: PdfnetError,
      code: 'ERR_MODEL_MISMATCH',
    })
    t.true(message.startsWith(`${count} weights cannot be used`), message)
    t.is(message.split('\n').length, 1 + count)
    for (const [name, value] of [...spoilt].slice(0, count)) {
      t.true(message.includes(`${name} `) && message.includes(`holds ${value} at 7`), `${name} in ${message}`)
    }
  }
  t.deepEqual(await readdir(dirname(file)), [])
})

test('random weights are the same for the same seed, and leave the logits in reach', async (t) => {
  const shapes = pdfnetShapes(architectureOf(tiny))
  const read = (seed: number) => randomWeights(shapes, seed).read('channel_mix.0.weight')
  t.deepEqual(await read(1), await read(1))
  t.notDeepEqual(await read(1), await read(2))
  const logit = await run(t, tinyWeights, 64, [noise([1, 3, 64, 64], 1)], [noise([1, 1, 64, 64], 2)])
  if (!logit) return
  const largest = logit.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  t.true(largest > 0.1 && largest < 20, `${largest}`)
})
