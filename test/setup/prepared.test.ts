import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { readOnnx } from '#dist/graph/index.js'
import { loadRecipe, type Recipe } from '#dist/models/index.js'
import { prepareModel, type PrepareOptions } from '#dist/setup/index.js'
import { Store } from '#dist/store/index.js'
import { golden } from '../models/network.js'
import { rejectsWith, temporaryFolder } from '../store/help.js'
import { smallDepth, smallPdfnet } from './fixtures.js'

const weights = join(golden, 'pdfnet-tiny.pth')
const depthWeights = join(golden, 'depth-anything-v2-tiny.pth')
const form = { target: 'cpu', precision: 'fp32' } as const

async function openStore(t: ExecutionContext): Promise<Store> {
  return Store.open(join(await temporaryFolder(t), 'store'))
}

test('a network that takes pseudo-depth is prepared with what makes it, each graph fed from the one before', async (t) => {
  const store = await openStore(t)
  const { stages, manifest, key } = await prepareModel(store, smallPdfnet, {
    ...{ target: 'tensorrt', precision: 'fp16', weights, batch: 2 },
    depth: { recipe: smallDepth, weights: depthWeights },
  })
  const posts = ['post-uint8', 'post-uint16', 'post-float32']
  t.deepEqual(
    stages.map(({ name }) => name),
    ['pre', 'depth-pre', 'depth', 'pre-depth', 'core', 'core-2', ...posts],
  )
  const from = Object.fromEntries(stages.map((stage) => [stage.name, stage.from]))
  t.deepEqual(from.core, { image: 'pre/input', depth: 'pre-depth/input' })
  t.deepEqual(from['core-2'], from.core)
  t.deepEqual(from['pre-depth'], { depth: 'depth/depth' })
  t.like(manifest, { target: 'tensorrt', precision: 'fp16', batch: 2, depth: { recipe: 'depth-tiny' } })
  t.is(manifest.depth!.licence.commercial, smallDepth.commercial)
  for (const { name, profile } of stages) t.is(Object.keys(profile).length > 0, !name.startsWith('core'), name)
  const entry = (await store.find('models', key))!
  t.like(entry.facts, { depth: 'depth-tiny', depthLicence: smallDepth.licence })

  for (const name of ['depth', 'core', 'core-2']) {
    const { graph } = await readOnnx(stages.find((stage) => stage.name === name)!.path)
    t.true(
      graph.initializers.some(({ dtype }) => dtype === 'float16'),
      `${name} is in half precision`,
    )
    for (const { tensor } of [...graph.inputs, ...graph.outputs]) t.is(tensor?.dtype, 'float32')
    t.is(graph.inputs[0]!.tensor!.dims![0], name === 'core-2' ? 2 : 1)
  }
})

test('whatever the graphs depend on makes another key, and nothing else does', async (t) => {
  const store = await openStore(t)
  const folder = await temporaryFolder(t)
  const copy = join(folder, 'copy.pth')
  await copyFile(weights, copy)
  const keyOf = async (change: Partial<PrepareOptions>): Promise<string> =>
    (await prepareModel(store, smallPdfnet, { ...form, weights, ...change })).key
  const key = await keyOf({})
  t.is(await keyOf({ weights: copy }), key)
  const depth = { recipe: smallDepth, weights: depthWeights }
  const others = [
    await keyOf({ target: 'tensorrt' }),
    await keyOf({ precision: 'fp16' }),
    await keyOf({ batch: 2 }),
    await keyOf({ depth }),
    await keyOf({ weights: undefined, randomWeights: 1 }),
    await keyOf({ weights: undefined, randomWeights: 2 }),
  ]
  t.is(new Set([key, ...others]).size, others.length + 1)
})

test('the same seed makes the same random weights, another one others', async (t) => {
  const options = { ...form, randomWeights: 5 }
  const core = async (seed: number): Promise<Buffer> => {
    const { stages } = await prepareModel(await openStore(t), smallPdfnet, { ...options, randomWeights: seed })
    return readFile(stages.find(({ name }) => name === 'core')!.path)
  }
  const first = await core(5)
  t.true(first.equals(await core(5)))
  t.false(first.equals(await core(6)))
})

const refused: readonly [string, Recipe, Partial<PrepareOptions>, Parameters<typeof rejectsWith>[1], RegExp][] = [
  ['weights beside random ones', smallPdfnet, { weights, randomWeights: 1 }, 'ERR_ARGUMENT', /randomWeights/],
  [
    'a depth network where none is wanted',
    loadRecipe('isnet'),
    { depth: { recipe: smallDepth } },
    'ERR_ARGUMENT',
    /isnet/,
  ],
  [
    'a depth network that gives no depth',
    smallPdfnet,
    { weights, depth: { recipe: smallPdfnet, weights } },
    'ERR_ARGUMENT',
    /depth/,
  ],
  [
    'random weights of a network that is read whole',
    loadRecipe('isnet'),
    { randomWeights: 1 },
    'ERR_MODEL_UNSUPPORTED',
    /isnet/,
  ],
  ['a checkpoint of another network', smallPdfnet, { weights: depthWeights }, 'ERR_MODEL_MISMATCH', /PDFNet/],
  [
    'a depth checkpoint of another network',
    smallPdfnet,
    { weights, depth: { recipe: smallDepth, weights } },
    'ERR_MODEL_MISMATCH',
    /Depth Anything V2/,
  ],
  ['a checkpoint that is not there', smallPdfnet, { weights: 'none.pth' }, 'ERR_INPUT_MISSING', /none\.pth/],
  [
    'a depth checkpoint that is not there',
    smallPdfnet,
    { weights, depth: { recipe: smallDepth, weights: 'none.pth' } },
    'ERR_INPUT_MISSING',
    /none\.pth/,
  ],
]

for (const [what, recipe, change, code, message] of refused) {
  test(`${what}: refused by name, and nothing is stored`, async (t) => {
    const store = await openStore(t)
    const error = await rejectsWith(t, code, prepareModel(store, recipe, { ...form, ...change }))
    t.regex(error.message, message)
    t.deepEqual(await store.list(), [])
  })
}

test('a checkpoint that is garbage is refused by name', async (t) => {
  const garbage = join(await temporaryFolder(t), 'garbage.pth')
  await writeFile(garbage, 'garbage')
  const asked = prepareModel(await openStore(t), smallPdfnet, { ...form, weights: garbage })
  t.true((await rejectsWith(t, 'ERR_CHECKPOINT_FORMAT', asked)).message.includes(garbage))
})
