import { copyFile, readdir, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { readOnnx, tensorBytes } from '#dist/graph/index.js'
import type { PdfnetError } from '#dist/errors.js'
import { exportModel, type ExportOptions } from '#dist/models/index.js'
import { temporaryFolder } from '../native/addon.js'
import { golden } from './network.js'

const checkpoint = join(golden, 'pdfnet-tiny.pth')
const config = join(golden, 'pdfnet-tiny.json')

test('a checkpoint becomes an ONNX file, at the size that its configuration says', async (t) => {
  const folder = await temporaryFolder(t)
  const output = join(folder, 'tiny.onnx')
  const stages: string[] = []
  const exported = await exportModel({
    model: 'pdfnet',
    weights: checkpoint,
    config,
    output,
    onProgress: ({ stage, done, total }) => stages.push(`${stage} ${done === total}`),
  })
  const model = await readOnnx(output)
  t.deepEqual(exported, {
    path: output,
    bytes: (await stat(output)).size,
    nodes: model.graph.nodes.length,
    inputs: { image: [1, 3, 256, 256], depth: [1, 1, 256, 256] },
    outputs: { alpha: [1, 1, 256, 256], logit: [1, 1, 256, 256] },
  })
  t.is(stages.at(-1), 'write true')
  t.deepEqual(await readdir(folder), ['tiny.onnx'])
})

test('size, batch and target are what was asked for', async (t) => {
  const output = join(await temporaryFolder(t), 'tiny.onnx')
  const { inputs } = await exportModel({
    model: 'pdfnet',
    weights: checkpoint,
    output,
    target: 'tensorrt',
    size: [64, 64],
    batch: 3,
  })
  t.deepEqual(inputs, { image: [3, 3, 64, 64], depth: [3, 1, 64, 64] })
  const { graph, opsets } = await readOnnx(output)
  t.true(graph.nodes.every(({ domain }) => domain === ''))
  t.deepEqual(opsets, [{ domain: '', version: 17 }])
})

test('random weights need no checkpoint, and are the same for the same seed', async (t) => {
  const folder = await temporaryFolder(t)
  const weightOf = async (seed: number) => {
    const output = join(folder, `${seed}.onnx`)
    await exportModel({ model: 'pdfnet', randomWeights: seed, config, output, size: [32, 32] })
    const { graph } = await readOnnx(output)
    return tensorBytes(graph.initializers.find(({ name }) => name === 'decoder.upsample2.0.0.weight')!)
  }
  const first = await weightOf(1)
  t.deepEqual(await weightOf(1), first)
  t.notDeepEqual(await weightOf(2), first)
})

for (const [what, change, code] of [
  ['another model', { model: 'nonet' }, 'ERR_ARGUMENT'],
  ['no weights', { weights: undefined }, 'ERR_ARGUMENT'],
  ['weights and a seed', { randomWeights: 1 }, 'ERR_ARGUMENT'],
  ['a broken seed', { weights: undefined, randomWeights: 0.5 }, 'ERR_ARGUMENT'],
  ['another device', { target: 'abacus' }, 'ERR_ARGUMENT'],
  ['another precision', { precision: 'fp8' }, 'ERR_ARGUMENT'],
  ['no output', { output: '' }, 'ERR_ARGUMENT'],
  ['a size that the network cannot take', { size: [100, 100] }, 'ERR_ARGUMENT'],
  ['a batch of none', { batch: 0 }, 'ERR_ARGUMENT'],
  ['a checkpoint that is not there', { weights: '/none.pth' }, 'ERR_INPUT_MISSING'],
  ['a checkpoint of another network', { weights: join(golden, 'depth-anything-v2-tiny.pth') }, 'ERR_MODEL_MISMATCH'],
  ['a file that is no checkpoint', { weights: config }, 'ERR_CHECKPOINT_FORMAT'],
  ['a configuration that is not there', { config: '/none.json' }, 'ERR_INPUT_MISSING'],
  ['a configuration that is a folder', { config: golden }, 'ERR_INPUT_READ'],
  ['a configuration that is not JSON', { config: checkpoint }, 'ERR_INPUT_LIMIT'],
  ['a configuration of another network', { config: join(golden, 'depth-anything-v2-tiny.json') }, 'ERR_ARGUMENT'],
] as const) {
  test(`${what} is refused, and nothing is written`, async (t) => {
    const folder = await temporaryFolder(t)
    const options: ExportOptions = { model: 'pdfnet', weights: checkpoint, output: join(folder, 'tiny.onnx') }
    await t.throwsAsync(exportModel(Object.assign(options, change)), { code })
    t.deepEqual(await readdir(folder), [])
  })
}

test('text that is not JSON, and an endless file, are refused as a configuration', async (t) => {
  const folder = await temporaryFolder(t)
  const output = join(folder, 'tiny.onnx')
  const file = join(folder, 'config.json')
  await writeFile(file, '{"emb": 16')
  await t.throwsAsync(exportModel({ model: 'pdfnet', weights: checkpoint, output, config: file }), {
    code: 'ERR_ARGUMENT',
  })
  await t.throwsAsync(exportModel({ model: 'pdfnet', weights: checkpoint, output, config: '/dev/zero' }), {
    code: 'ERR_INPUT_LIMIT',
  })
})

test('the checkpoint is never written over, by whatever name', async (t) => {
  const folder = await temporaryFolder(t)
  const weights = join(folder, 'weights.pth')
  await copyFile(checkpoint, weights)
  await symlink(weights, join(folder, 'other.onnx'))
  for (const output of [weights, join(folder, 'other.onnx')]) {
    await t.throwsAsync(exportModel({ model: 'pdfnet', weights, output, size: [32, 32] }), { code: 'ERR_OUTPUT_CLASH' })
  }
  t.is((await stat(weights)).size, (await stat(checkpoint)).size)
})

test('a folder is no output for a file, with random weights too', async (t) => {
  const output = await temporaryFolder(t)
  for (const from of [{ weights: checkpoint }, { randomWeights: 1, config }]) {
    const error = await t.throwsAsync<PdfnetError>(exportModel({ model: 'pdfnet', output, size: [32, 32], ...from }), {
      code: 'ERR_OUTPUT_CLASH',
    })
    t.regex(error.remedy, /--io image/)
  }
  t.deepEqual(await readdir(output), [])
})

test('an aborted export, and one into a folder that is none, leave nothing behind', async (t) => {
  const folder = await temporaryFolder(t)
  const output = join(folder, 'tiny.onnx')
  const abort = new AbortController()
  const onProgress = () => abort.abort()
  const options = { model: 'pdfnet', weights: checkpoint, output, size: [32, 32] } as const
  await t.throwsAsync(exportModel({ ...options, signal: abort.signal, onProgress }), { code: 'ERR_ABORTED' })
  const error = await t.throwsAsync(exportModel({ ...options, output: join(checkpoint, 'x.onnx') }), {
    code: 'ERR_OUTPUT_WRITE',
  })
  t.false(error.message.includes('.tmp'))
  t.deepEqual(await readdir(folder), [])
})
