import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import {
  depthAnythingGraph,
  exportModel,
  loadRecipe,
  openNetwork,
  writeChainFiles,
  type ChainManifest,
  type Recipe,
  type Target,
} from '#dist/models/index.js'
import { Chain } from '#dist/runtime/chain.js'
import type { PictureTensor } from '#dist/runtime/chain-items.js'
import { cpuLibrary, temporaryFolder } from '../native/addon.js'
import { golden, goldenWeights, largestError, runNetwork } from './network.js'

const side = 64
const pdfnet = loadRecipe('pdfnet')
const recipe: Recipe = { ...pdfnet, input: { ...pdfnet.input, size: [side, side] } }
const config = JSON.parse(await readFile(join(golden, 'depth-anything-v2-tiny.json'), 'utf8')) as Recipe['config']
const depthRecipe: Recipe = {
  ...loadRecipe('depth-anything-v2-small'),
  name: 'depth-anything-v2',
  ...(config && { config }),
}

/** Small networks as a chain that makes its own pseudo-depth. */
async function writeSmall(t: ExecutionContext, target: Target = 'cpu') {
  const folder = await temporaryFolder(t)
  const options = { target, precision: 'fp32' } as const
  const open = async (one: Recipe, file: string) => {
    const network = await openNetwork(one, { path: join(golden, file) }, options)
    t.teardown(() => network.close())
    return network.graph(1)
  }
  const cores = [await open(recipe, 'pdfnet-tiny.pth')]
  const depth = { recipe: depthRecipe, model: await open(depthRecipe, 'depth-anything-v2-tiny.pth') }
  const manifest = await writeChainFiles(folder, { recipe, ...options, cores, depth }, {})
  return { folder, manifest }
}

async function openChain(t: ExecutionContext): Promise<Chain | undefined> {
  const library = await cpuLibrary(t)
  if (library === undefined) return undefined
  const { folder, manifest } = await writeSmall(t)
  const chain = await Chain.open(stagesOf(folder, manifest), { engine: 'cpu', library, instances: 1, threads: 0 })
  t.teardown(() => chain.dispose())
  return chain
}

function stagesOf(folder: string, { graphs }: ChainManifest) {
  return graphs.map(({ name, files, inputs }) => {
    const fed = inputs.flatMap(({ name, from }) => (from === undefined ? [] : [[name, from] as const]))
    return { name, path: join(folder, files[0]!.path), from: Object.fromEntries(fed) }
  })
}

function picture(height: number, width: number): PictureTensor {
  const data = Uint8Array.from(
    { length: height * width * 3 },
    (_, i) => 128 + 100 * Math.sin(i / 7) * Math.cos(i / 501),
  )
  return { data, height, width }
}

test('a chain whose network takes pseudo-depth feeds it from a depth network, at the aspect ratio of the picture', async (t) => {
  const { manifest } = await writeSmall(t, 'tensorrt')
  const names = ['pre', 'depth-pre', 'depth', 'pre-depth', 'core', 'post-uint8', 'post-uint16', 'post-float32']
  t.deepEqual(
    manifest.graphs.map(({ name }) => name),
    names,
  )
  const from = manifest.graphs.flatMap(({ name, inputs }) => inputs.map((one) => [`${name}.${one.name}`, one.from]))
  t.like(Object.fromEntries(from), {
    'depth-pre.image': undefined,
    'depth-pre.size': undefined,
    'depth.image': 'depth-pre/input',
    'pre-depth.depth': 'depth/depth',
  })
  const open = manifest.graphs.flatMap(({ inputs }) => inputs.filter(({ dims }) => dims.some(isName)))
  for (const { name, dims, profile } of open) t.is(profile?.max.length, dims.length, name)
  t.is(manifest.depth?.recipe, 'depth-anything-v2')
  t.is(manifest.depth?.licence.licence, depthRecipe.licence)
})

test('a chain makes of a picture of any shape the pseudo-depth at the size for it, and uses it', async (t) => {
  const chain = await openChain(t)
  if (!chain) return
  for (const [height, width, ...size] of [
    [40, 40, 518, 518],
    [30, 47, 518, 812],
    [100, 9, 2072, 518],
  ] as const) {
    const item = { picture: picture(height, width), type: 'float32' } as const
    const [made] = await chain.run([{ ...item, wantDepth: true }])
    const { depth, matte } = made!
    t.deepEqual(depth!.shape, size)
    t.deepEqual(matte.shape, [height, width])
    const [given] = await chain.run([{ ...item, depth: depth! }])
    t.deepEqual(given!.matte.data, matte.data, 'its own map given to it makes the same matte')
    const flat = { ...depth!, data: new Uint8Array(depth!.data.length) }
    const [other] = await chain.run([{ ...item, depth: flat }])
    t.notDeepEqual(other!.matte.data, matte.data, 'another map makes another')
  }
})

test("the depth of a chain is the network's of that size, of the picture as it is resized for it", async (t) => {
  const chain = await openChain(t)
  if (!chain) return
  // As large as the network takes it, so that nothing is resampled: then normalising is all.
  const [height, width] = [518, 532]
  const image = picture(height, width)
  const [made] = await chain.run([{ picture: image, type: 'uint8', wantDepth: true }])
  const { mean, deviation } = depthRecipe.input
  const plane = height * width
  const data = Float32Array.from({ length: 3 * plane }, (_, i) => {
    const channel = Math.floor(i / plane)
    return (image.data[(i % plane) * 3 + channel]! / 255 - mean[channel]!) / deviation[channel]!
  })
  const weights = await goldenWeights(t, 'depth-anything-v2-tiny')
  const graph = depthAnythingGraph(weights, {
    target: 'cpu',
    size: [height, width],
    batch: 1,
    config: config as object,
  })
  const input = { image: { shape: [1, 3, height, width], data } }
  const expected = await runNetwork(t, graph, input, { depth: [1, height, width] })
  const found = made!.depth!.data
  const values = new Float32Array(found.buffer, found.byteOffset, plane)
  const error = largestError(values, expected!.get('depth')!)
  t.true(error < 5e-5, String(error))
})

for (const [size, dims, rank] of [
  [undefined, ['height', 'width'], 4],
  [[70, 98] as const, [70, 98], undefined],
] as const) {
  test(`a depth network alone is exported as a chain of two, for pictures of ${size?.join('×') ?? 'any size'}`, async (t) => {
    const folder = join(await temporaryFolder(t), 'chain')
    const exported = await exportModel({
      ...{ model: 'depth-anything-v2-small', randomWeights: 1, io: 'image', output: folder },
      ...(size && { size }),
    })
    t.deepEqual(exported.outputs, { depth: [1, ...dims] })
    const { graphs, ...manifest } = JSON.parse(await readFile(exported.path, 'utf8')) as ChainManifest
    t.deepEqual(
      graphs.map(({ name }) => name),
      ['depth-pre', 'depth'],
    )
    t.deepEqual(graphs[1]!.inputs[0]!.dims, [1, 3, ...dims])
    t.is(graphs[1]!.inputs[0]!.profile?.max.length, rank)
    t.like(manifest, { recipe: 'depth-anything-v2-small', size: size ?? [518, 518], batch: 1 })
  })
}

test('only a depth network has a graph of any size', async (t) => {
  const output = join(await temporaryFolder(t), 'out.onnx')
  const any = { randomWeights: 1, size: 'any', output } as const
  const { inputs } = await exportModel({ ...any, model: 'depth-anything-v2' })
  t.deepEqual(inputs, { image: [1, 3, 'height', 'width'] })
  await t.throwsAsync(exportModel({ ...any, model: 'pdfnet' }), { code: 'ERR_ARGUMENT', message: /height and width/ })
  const two = exportModel({ ...any, model: 'depth-anything-v2', batch: 2 })
  await t.throwsAsync(two, { code: 'ERR_ARGUMENT', message: /1 for pictures of any size/ })
})

function isName(dim: number | string): boolean {
  return typeof dim === 'string'
}
