import { copyFile, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { GraphBuilder, readOnnx, writeOnnx } from '#dist/graph/index.js'
import { exportModel, type ChainManifest, type ExportOptions } from '#dist/models/index.js'
import { tensorOf } from '#dist/tensor.js'
import { temporaryFolder } from '../native/addon.js'
import { golden } from './network.js'

/** Of IS-Net's size, as an exporter leaves it: half precision, open sizes, other names, an output too many. */
async function exporterFile(t: ExecutionContext, operator = 'Sigmoid'): Promise<{ folder: string; file: string }> {
  const folder = await temporaryFolder(t)
  const b = new GraphBuilder('exported')
  const x = b.input('pixels', 'float32', ['batch', 3, 1024, 1024])
  const w = b.constant('w', { dtype: 'float16', shape: [1, 3, 1, 1], data: new Uint8Array(6).fill(0x3c) })
  const half = b.node('Conv', [b.node('Cast', [x], { to: 10 }), w])
  b.output(b.node(operator, [b.node('Cast', [half], { to: 1 })], {}, { name: '1890' }), 'float32', ['', 1, 1024, 1024])
  b.output(b.node('Add', [half, b.constant('h', tensorOf('float32', [1], [1]))]), 'float32', [1, 1, 1024, 1024])
  const file = join(folder, 'network.onnx')
  await writeOnnx(b.build(), file)
  return { folder, file }
}

for (const target of ['cpu', 'tensorrt'] as const) {
  test(`any other ONNX file goes through its recipe's passes for ${target}`, async (t) => {
    const { folder, file } = await exporterFile(t)
    const output = join(folder, 'out.onnx')
    const exported = await exportModel({ model: file, recipe: 'isnet', target, output })
    const { graph } = await readOnnx(output)
    t.deepEqual(
      graph.nodes.map(({ opType }) => opType),
      ['Conv', 'Sigmoid'],
    )
    t.like(exported, {
      ...{ path: output, nodes: 2, inputs: { input: [1, 3, 1024, 1024] }, outputs: { output: [1, 1, 1024, 1024] } },
    })
  })
}

test('in half precision its inputs and outputs stay single, and what gives the output too', async (t) => {
  const { folder, file } = await exporterFile(t)
  const output = join(folder, 'out.onnx')
  await exportModel({ model: file, recipe: 'isnet', target: 'tensorrt', precision: 'fp16', output })
  const { graph } = await readOnnx(output)
  t.deepEqual(
    graph.nodes.map(({ opType }) => opType),
    ['Cast', 'Conv', 'Cast', 'Sigmoid'],
  )
  t.deepEqual(
    [...graph.inputs, ...graph.outputs].map(({ tensor }) => tensor!.dtype),
    ['float32', 'float32'],
  )
})

test('it becomes a chain, too, of its own size', async (t) => {
  const { folder, file } = await exporterFile(t)
  await exportModel({ model: file, recipe: 'isnet', output: join(folder, 'chain'), io: 'image' })
  const manifest = JSON.parse(await readFile(join(folder, 'chain/manifest.json'), 'utf8')) as ChainManifest
  t.like(manifest, { recipe: 'isnet', size: [1024, 1024], batch: 1, licence: { licence: 'Apache-2.0' } })
  t.deepEqual(
    manifest.graphs.map(({ name }) => name),
    ['pre', 'core', 'post-uint8', 'post-uint16', 'post-float32'],
  )
})

for (const [what, change, code] of [
  ['an ONNX file without a recipe', { recipe: undefined }, 'ERR_ARGUMENT'],
  ['a recipe that nobody knows', { recipe: 'nonet' }, 'ERR_MODEL_UNKNOWN'],
  ['a recipe of a network that is written from its weights', { recipe: 'pdfnet' }, 'ERR_MODEL_UNSUPPORTED'],
  ['another size', { size: [512, 512] }, 'ERR_ARGUMENT'],
  ['a batch', { batch: 2 }, 'ERR_ARGUMENT'],
  ['weights beside the file', { weights: 'w.pth' }, 'ERR_ARGUMENT'],
  ['random weights', { randomWeights: 1 }, 'ERR_ARGUMENT'],
  ['a configuration', { config: 'c.json' }, 'ERR_ARGUMENT'],
  ['a file that is not there', { model: '/none.onnx' }, 'ERR_INPUT_MISSING'],
  ['a file that is no ONNX', { model: join(golden, 'pdfnet-tiny.pth') }, 'ERR_ONNX_FORMAT'],
] as const) {
  test(`${what} is refused, and nothing is written`, async (t) => {
    const { folder, file } = await exporterFile(t)
    const options: ExportOptions = { model: file, recipe: 'isnet', output: join(folder, 'out.onnx') }
    await t.throwsAsync(exportModel(Object.assign(options, change)), { code })
    t.deepEqual(await readdir(folder), ['network.onnx'])
  })
}

test('the file itself is never written over, and one with operators of nobody is refused by their names', async (t) => {
  const { folder, file } = await exporterFile(t)
  const before = await readFile(file)
  await t.throwsAsync(exportModel({ model: file, recipe: 'isnet', output: file }), { code: 'ERR_OUTPUT_CLASH' })
  t.deepEqual(await readFile(file), before)
  const magic = await exporterFile(t, 'org.example::Magic')
  await copyFile(magic.file, join(folder, 'magic.onnx'))
  const output = join(folder, 'out.onnx')
  await t.throwsAsync(exportModel({ model: join(folder, 'magic.onnx'), recipe: 'isnet', output }), {
    code: 'ERR_ONNX_OPERATOR',
    message: /org\.example::Magic/,
  })
})
