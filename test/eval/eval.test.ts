/** Folders of predictions against folders of truths: what is measured, what is reported by name, what is written. */

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import anyTest, { type TestFn } from 'ava'
import sharp from 'sharp'
import { evaluate, findPairs, measurePair, readMap, readyPredictions, Summary } from '#dist/eval/index.js'
import { writeBrightness } from '../bench/networks.js'
import { command } from '../cli/command.js'
import { storeWithCpu } from '../cli/store-with-cpu.js'

const test = anyTest as TestFn<{ folder: string }>

test.beforeEach(async (t) => {
  t.context.folder = await mkdtemp(join(tmpdir(), 'eval-'))
})

test.afterEach.always((t) => rm(t.context.folder, { recursive: true }))

/** A square of a value, a quarter of the picture, on black. */
async function draw(path: string, value: number, size = 64): Promise<void> {
  const side = size / 2
  const black = sharp({ create: { width: size, height: size, channels: 3, background: '#000' } })
  const square = {
    create: { width: side, height: side, channels: 3, background: { r: value, g: value, b: value } },
  } as const
  await mkdir(dirname(path), { recursive: true })
  await black
    .composite([{ input: square, left: side / 2, top: side / 2 }])
    .toColourspace('b-w')
    .toFile(path)
}

async function drawAll(folder: string, names: readonly string[], value = 255): Promise<void> {
  for (const name of names) await draw(join(folder, name), value)
}

test('a right prediction has full scores, and everything is written', async (t) => {
  const { folder } = t.context
  await drawAll(join(folder, 'gt'), ['a.png', 'deep/b.png'])
  await drawAll(join(folder, 'predicted'), ['a.png', 'deep/b.png'])
  const out = join(folder, 'out')
  const args = ['eval', folder, '--predictions', join(folder, 'predicted'), '-o', out, '--json']
  const { status, stdout, stderr } = await command(args)
  t.is(status, 0, stderr)
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  t.is(lines.length, 3)
  t.like(lines[2], { pairs: 2, problems: 0 })
  const report = JSON.parse(await readFile(join(out, 'report.json'), 'utf8')) as { figures: { scores: object } }
  t.like(report.figures.scores, { maxF: 1, weightedF: 1, mae: 0, humanCorrectionEffort: 0, boundaryIou: 1 })
  t.regex(await readFile(join(out, 'report.csv'), 'utf8'), /^name,maxF.*\r\na,1,.*\r\ndeep\/b,1,/)
  const page = await readFile(join(out, 'report.html'), 'utf8')
  t.regex(page, /<svg[^]*data:image\/jpeg;base64/)
  t.notRegex(page, /<script|(src|href)="(?!data:)/, 'the page needs nothing else')
})

test('a model is run over a folder as those of DIS5K, and what it predicts is measured and kept', async (t) => {
  const { folder } = t.context
  const env = await storeWithCpu(t, folder)
  if (!env) return
  const network = join(folder, 'brightness.onnx')
  await writeBrightness(network, 32)
  const data = join(folder, 'DIS-VD')
  await drawAll(join(data, 'gt'), ['a.png', 'b.png'])
  await drawAll(join(data, 'im'), ['a.png', 'b.png', 'without-truth.png'])
  await writeFile(join(data, 'im/b.png'), 'no picture')
  const out = join(folder, 'out')
  const model = ['--model', 'isnet', '--weights', network, '--size', '32', '--device', 'cpu']
  const { status, stdout, stderr } = await command(['eval', data, ...model, '--augment', '-o', out, '--json'], { env })
  t.is(status, 9, stderr)
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { name?: string; error?: { code: string } })
  t.like(
    lines.find(({ error }) => error),
    { name: 'b', error: { code: 'ERR_INPUT_FORMAT' } },
  )
  t.like(lines.at(-1), { subject: 'isnet, augmented (mirror)', split: 'DIS-VD', pairs: 1, problems: 1 })
  const { scores } = lines.at(-1) as unknown as { scores: Record<string, number> }
  t.true(scores.maxF! > 0.95 && scores.mae! < 0.05, 'a bright square on black is what the network finds')
  t.deepEqual(await readdir(join(out, 'predictions')), ['a.png'])
  t.like(await sharp(join(out, 'predictions/a.png')).metadata(), { width: 64, height: 64, channels: 1 })
  const page = await readFile(join(out, 'report.html'), 'utf8')
  t.regex(page, /<h2>Published<[^]*arXiv 2503\.06100/, 'published figures of the split stand beside')
})

test('what cannot be measured is reported by name, the rest goes on, and the status says so', async (t) => {
  const { folder } = t.context
  const predicted = join(folder, 'predicted')
  await drawAll(join(folder, 'gt'), ['good.png', 'alone.png', 'small.png', 'broken.png', 'twice.png', 'twice.webp'])
  await draw(join(folder, 'gt/empty.png'), 0)
  await drawAll(predicted, ['good.png', 'spare.png', 'empty.png', 'twice.png'])
  await draw(join(predicted, 'small.png'), 255, 32)
  await writeFile(join(predicted, 'broken.png'), 'no picture')
  const args = ['eval', folder, '--predictions', predicted, '-o', join(folder, 'out'), '--json']
  const { status, stdout } = await command(args)
  t.is(status, 9)
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { name?: string; error?: { code: string } })
  const problems = lines.flatMap(({ name, error }) => (error ? [`${name} ${error.code}`] : []))
  t.deepEqual(problems.sort(), [
    'alone ERR_PAIR_MISSING',
    'broken ERR_INPUT_FORMAT',
    'empty ERR_TRUTH_EMPTY',
    'small ERR_PAIR_SIZE',
    'spare ERR_PAIR_MISSING',
    'twice ERR_PAIR_MISSING',
  ])
  t.like(lines.at(-1), { pairs: 2, problems: 6 })
})

test('folders that are empty or missing end it', async (t) => {
  const { folder } = t.context
  await drawAll(join(folder, 'gt'), ['a.png'])
  await mkdir(join(folder, 'nothing'))
  const truths = join(folder, 'gt')
  await t.throwsAsync(findPairs({ truths, predictions: join(folder, 'nothing') }), { code: 'ERR_INPUT_EMPTY' })
  await t.throwsAsync(findPairs({ truths, predictions: join(folder, 'absent') }), { code: 'ERR_INPUT_MISSING' })
  const { status, stderr } = await command(['eval', '--truths', truths])
  t.is(status, 2)
  t.regex(stderr, /--predictions/)
})

test('a name in a report is text, whatever it holds', async (t) => {
  const { folder } = t.context
  const name = '=<img src=x onerror=alert(1)>,"x".png'
  await drawAll(join(folder, 'gt'), [name])
  await drawAll(join(folder, 'predicted'), [name])
  const out = join(folder, 'out')
  await command(['eval', folder, '--predictions', join(folder, 'predicted'), '-o', out])
  t.notRegex(await readFile(join(out, 'report.html'), 'utf8'), /<img src=x/)
  t.regex(await readFile(join(out, 'report.csv'), 'utf8'), /\r\n"'=<img src=x onerror=alert\(1\)>,""x""",/)
})

test('a cut-out is read by its alpha, grey samples as they are, sixteen bits as eight', async (t) => {
  const { folder } = t.context
  const values = Uint8Array.from({ length: 256 }, (_, index) => index)
  const raw = { width: 16, height: 16 } as const
  const grey = sharp(values, { raw: { ...raw, channels: 1 } }).toColourspace('b-w')
  await grey.clone().toFile(join(folder, 'grey.png'))
  await grey.clone().toColourspace('srgb').toFile(join(folder, 'colours.png'))
  await sharp({ create: { ...raw, channels: 3, background: 'red' } })
    .joinChannel(Buffer.from(values), { raw: { ...raw, channels: 1 } })
    .toFile(join(folder, 'cut.png'))
  await sharp(
    Uint16Array.from(values, (value) => value * 257),
    { raw: { ...raw, channels: 1 } },
  )
    .toColourspace('grey16')
    .toFile(join(folder, 'wide.png'))
  for (const name of ['grey.png', 'colours.png', 'cut.png', 'wide.png']) {
    const { data } = await readMap(join(folder, name))
    t.deepEqual(Uint8Array.from(data), values, name)
  }
})

test('mattes are measured as such, and depth integrity where there is a depth', async (t) => {
  const map = { name: 'a map', data: new Uint8Array(64).fill(255, 0, 32), width: 8, height: 8 }
  const { scores, curves } = await measurePair(map, map, 'mattes', map)
  t.like(scores, { sad: 0, mse: 0, gradient: 0, connectivity: 0, depthVarianceInside: 0, depthVarianceOutside: 0 })
  t.is(curves, undefined)
  const other = { ...map, name: 'another', width: 16, height: 4 }
  await t.throwsAsync(measurePair(map, map, 'masks', other), { code: 'ERR_PAIR_SIZE', message: /another .* 16×4/ })
})

test('maximal F over pairs is the highest point of the mean curve', (t) => {
  const summary = new Summary()
  const curve = (f: number[]): { precision: number[]; recall: number[]; f: number[]; e: number[] } => ({
    precision: f,
    recall: f,
    f,
    e: f,
  })
  for (const f of [
    [0.2, 1],
    [0.8, 0],
  ]) {
    const pair = { name: String(f), truth: '' }
    summary.add({ pair, scores: { maxF: Math.max(...f), mae: f[0]! }, curves: curve(f) })
  }
  t.like(summary.figures(), { pairs: 2, scores: { maxF: 0.5, mae: 0.5 } })
})

test('arguments that are not what they should be are refused by name', async (t) => {
  const code = 'ERR_ARGUMENT'
  await t.throwsAsync(findPairs({ truths: undefined } as never), { code, message: /for truths/ })
  await t.throwsAsync(findPairs({ truths: 'gt', depths: 7 } as never), { code, message: /for depths/ })
  const options = { kind: 'masks', predict: readyPredictions } as const
  await t.throwsAsync(evaluate([], { ...options, kind: 'soft' as never }).next(), { code, message: /for kind/ })
  await t.throwsAsync(evaluate([], { ...options, predict: 'files' as never }).next(), { code, message: /for predict/ })
  const map = { name: 'a map', data: new Uint8Array(4), width: 2, height: 2 }
  await t.throwsAsync(measurePair(map, undefined as never, 'masks'), { code, message: /for truth/ })
  await t.throwsAsync(measurePair({ ...map, width: 3 }, { ...map, width: 3 }, 'masks'), { code })
})
