import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { readOnnx } from '#dist/graph/index.js'
import { chainVersion, exportModel, loadRecipe, type ChainManifest, type ExportOptions } from '#dist/models/index.js'
import { addon, type Binding, type HostBinding } from '#dist/native.js'
import { allocateTensor, tensorOf, type Shape } from '#dist/tensor.js'
import { cpuLibrary, runOnce, temporaryFolder } from '../native/addon.js'
import { golden, noise } from './network.js'

const checkpoint = join(golden, 'pdfnet-tiny.pth')
const size = [64, 64] as const

function options(output: string, change: Partial<ExportOptions> = {}): ExportOptions {
  return { model: 'pdfnet', weights: checkpoint, output, size, io: 'image', ...change }
}

interface Sized {
  readonly name: string
  readonly shape: Shape
}

async function readManifest(folder: string): Promise<ChainManifest> {
  return JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as ChainManifest
}

test('a chain is a folder of graphs, and a manifest that tells their files, tensors and hashes', async (t) => {
  const folder = join(await temporaryFolder(t), 'chain')
  const progress = new Map<string, number>()
  const onProgress: ExportOptions['onProgress'] = ({ stage, name, done, total }) => {
    t.true(done >= (progress.get(`${stage} ${name}`) ?? 0) && done <= total)
    progress.set(`${stage} ${name}`, done)
  }
  const exported = await exportModel(options(folder, { target: 'tensorrt', batch: 2, onProgress }))
  const manifest = await readManifest(folder)
  t.like(manifest, {
    ...{ version: chainVersion, recipe: 'pdfnet', target: 'tensorrt', precision: 'fp32', size: [64, 64], batch: 2 },
    licence: { licence: loadRecipe('pdfnet').licence, commercial: 'unclear' },
  })
  t.deepEqual(
    manifest.graphs.map(({ name }) => name),
    ['pre', 'pre-depth', 'core', 'post-uint8', 'post-uint16', 'post-float32'],
  )
  const files = manifest.graphs.flatMap((graph) => graph.files)
  t.deepEqual((await readdir(folder)).sort(), [...files.map(({ path }) => path), 'manifest.json'].sort())
  for (const { path, bytes, sha256 } of files) {
    const data = await readFile(join(folder, path))
    t.is(bytes, data.length)
    t.is(sha256, createHash('sha256').update(data).digest('hex'))
    t.is(progress.get(`write ${path}`), bytes)
    t.is(progress.get(`hash ${path}`), bytes)
  }
  for (const { files, nodes, inputs, outputs } of manifest.graphs) {
    const { graph } = await readOnnx(join(folder, files[0]!.path))
    const shown = (infos: typeof graph.inputs) => infos.map(({ name, tensor }) => ({ name, ...tensor }))
    t.is(nodes, graph.nodes.length)
    t.deepEqual(
      inputs.map(({ name, dtype, dims }) => ({ name, dtype, dims })) as unknown,
      shown(graph.inputs) as unknown,
    )
    t.deepEqual(outputs as unknown, shown(graph.outputs) as unknown)
  }
  t.like(exported, {
    path: join(folder, 'manifest.json'),
    inputs: { image: ['height', 'width', 3], depth: [1, 'height', 'width'], size: [2] },
    outputs: { matte: ['height', 'width'] },
  })
  t.is(
    exported.bytes,
    files.reduce((sum, { bytes }) => sum + bytes, 0),
  )
})

test('whatever an input comes from has its type and, but for the batch, its sizes', async (t) => {
  const folder = join(await temporaryFolder(t), 'chain')
  await exportModel(options(folder, { batch: 3 }))
  const { graphs } = await readManifest(folder)
  const outputs = new Map(graphs.flatMap(({ name, outputs }) => outputs.map((one) => [`${name}/${one.name}`, one])))
  const fed = graphs.flatMap(({ inputs }) => inputs.filter(({ from }) => from !== undefined))
  t.is(fed.length, 5)
  for (const { from, dtype, dims } of fed) {
    const source = outputs.get(from!)!
    t.is(source.dtype, dtype)
    t.deepEqual(source.dims.slice(1), dims.slice(1))
  }
  const open = graphs.flatMap(({ inputs }) => inputs.filter(({ from, dims }) => !from && dims.some(isName)))
  for (const { name, dims, profile } of open) t.is(profile?.max.length, dims.length, name)
})

test('a chain takes a picture and its pseudo-depth to the matte that the network alone gives', async (t) => {
  const library = await cpuLibrary(t)
  if (library === undefined) return
  const folder = join(await temporaryFolder(t), 'chain')
  await exportModel(options(folder))
  const { graphs } = await readManifest(folder)
  const run = runner(t, library)
  const { shape, data } = noise([1, 20, 30], 7)
  const depth = { name: 'depth', shape, data: new Uint8Array(data.buffer) }
  // At the network's own size the matte is the network's alpha.
  const given = [
    { name: 'image', shape: [48, 80, 3], data: pixels(48 * 80 * 3) },
    depth,
    { name: 'size', ...tensorOf('int64', [2], size) },
  ]
  const results = new Map<string, HostBinding>()
  for (const { name, files, inputs, outputs } of graphs) {
    if (name === 'post-uint8' || name === 'post-uint16') continue
    const bound = inputs.map((input) => {
      const source = input.from === undefined ? given.find((one) => one.name === input.name) : results.get(input.from)
      return { ...source!, name: input.name }
    })
    const sizes = outputs.map(({ name, dims }) => ({ name, shape: dims.map((dim) => (isName(dim) ? 64 : dim)) }))
    for (const result of await run(join(folder, files[0]!.path), bound, sizes))
      results.set(`${name}/${result.name}`, result)
  }

  const alone = `${folder}.onnx`
  await exportModel(options(alone, { io: 'tensor' }))
  const inputs = [
    { ...results.get('pre/input')!, name: 'image' },
    { ...results.get('pre-depth/input')!, name: 'depth' },
  ]
  const plane = [1, 1, ...size]
  const outputs = ['alpha', 'logit'].map((name) => ({ name, shape: plane }))
  const [alpha, logit] = await run(alone, inputs, outputs)
  t.deepEqual(results.get('core/logit')!.data, logit!.data)
  const [matte, expected] = [floats(results.get('post-float32/matte')!), floats(alpha!)]
  t.true(Math.max(...expected) - Math.min(...expected) > 0.001, 'not a flat alpha')
  t.true(matte.every((value, i) => Math.abs(value - expected[i]!) < 1e-6))

  const resized = floats(results.get('pre-depth/input')!)
  t.is(resized[0], data[0], 'the corners of a larger map are those of the smaller one')
  t.is(resized.at(-1), data.at(-1))
})

for (const [what, change, code, remedy] of [
  [
    'a network without a recipe',
    { model: 'depth-anything-v2' },
    'ERR_MODEL_UNSUPPORTED',
    /--io tensor, or by a name that has one: pdfnet/,
  ],
  ['a third kind of input and output', { io: 'sound' }, 'ERR_ARGUMENT', /./],
] as const) {
  test(`a chain of ${what} is refused, and nothing is written`, async (t) => {
    const folder = await temporaryFolder(t)
    const asked = Object.assign(options(join(folder, 'chain'), { size: [14, 14] }), change)
    const error = await t.throwsAsync(exportModel(asked), { code })
    t.regex((error as unknown as { remedy: string }).remedy, remedy)
    t.deepEqual(await readdir(folder), [])
  })
}

test('a chain replaces nothing: its folder is new or empty', async (t) => {
  const folder = await temporaryFolder(t)
  await mkdir(join(folder, 'empty'))
  await exportModel(options(join(folder, 'empty')))
  await t.throwsAsync(exportModel(options(join(folder, 'empty'))), { code: 'ERR_OUTPUT_CLASH' })
  await writeFile(join(folder, 'file'), '')
  await t.throwsAsync(exportModel(options(join(folder, 'file'))), { code: 'ERR_OUTPUT_WRITE' })
  const error = await t.throwsAsync(exportModel(options(join(folder, 'none/chain'))), { code: 'ERR_OUTPUT_WRITE' })
  t.notRegex(error.message, /\.tmp/)
  t.deepEqual((await readdir(folder)).sort(), ['empty', 'file'])
})

test('an aborted chain leaves nothing behind', async (t) => {
  const folder = await temporaryFolder(t)
  for (const stage of ['write', 'hash']) {
    const abort = new AbortController()
    const onProgress: ExportOptions['onProgress'] = ({ stage: at, name }) => {
      if (at === stage && name === 'core.onnx') abort.abort()
    }
    const asked = options(join(folder, 'chain'), { signal: abort.signal, onProgress })
    await t.throwsAsync(exportModel(asked), { code: 'ERR_ABORTED' })
    t.deepEqual(await readdir(folder), [])
  }
})

function isName(dim: number | string): dim is string {
  return typeof dim === 'string'
}

function pixels(count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) => Math.imul(i + 1, 2654435761) >>> 24)
}

function floats({ data: { buffer, byteOffset, length } }: HostBinding): Float32Array {
  return new Float32Array(buffer, byteOffset, length / 4)
}

function runner(t: ExecutionContext, library: string) {
  let ticket = 0
  return async (
    model: string,
    inputs: readonly Binding[],
    outputs: readonly Sized[],
  ): Promise<readonly HostBinding[]> => {
    const session = await addon().open({ engine: 'cpu', library, models: [model], instances: 1, threads: 1 }, ++ticket)
    t.teardown(() => session.dispose())
    const results = outputs.map(({ name, shape }) => ({ name, ...allocateTensor('float32', shape) }))
    await runOnce(session, inputs, results, ++ticket)
    return results
  }
}
