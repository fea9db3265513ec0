/**
 * PDFNet at 1024² on a CPU: this package, the authors' own code in PyTorch, and PyTorch's export of it in ONNX Runtime,
 * by turns, each run in a process of its own. What takes minutes is made once and kept in build/pytorch.
 */

import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root, run, step } from '../steps.mjs'
import { median, spread, table } from './statistics.mjs'

export const options = {
  /** One that has torch, einops, timm, matplotlib, onnx, onnxscript and onnxruntime. */
  python: { type: 'string', default: 'python3' },
  /** The folder that holds a source tree of Tennine2077/PDFNet as `PDFNet`. */
  authors: { type: 'string' },
  rounds: { type: 'string', default: '5' },
}

const here = (name) => fileURLToPath(new URL(`pytorch/${name}`, import.meta.url))
const folder = join(root, 'build/pytorch')
const file = (name) => join(folder, name)

export async function bench({ python, authors, rounds }) {
  if (authors === undefined) throw new Error("--authors DIR: DIR/PDFNet is a source tree of the network's authors")
  const theirs = async (...words) => lastLine(await run(python, ['-I', here('authors.py'), ...words]))
  const ours = async (...words) => lastLine(await run(process.execPath, [here('ours.mjs'), ...words]))
  await mkdir(folder, { recursive: true })
  await writeFile(file('inputs.f32'), pictureAndDepth())
  await once('pdfnet.pth', (out) => theirs('weights', '--authors', authors, '--out', out))
  const weights = ['--authors', authors, '--weights', file('pdfnet.pth')]
  await once('exported.onnx', (out) => theirs('export', ...weights, '--out', out))

  const ending = (name) => ['--inputs', file('inputs.f32'), '--out', file(`${name}.f32`)]
  const contenders = {
    ours: () => ours('run', file('ours.onnx'), file('inputs.f32'), file('ours.f32')),
    exported: () => theirs('exported', '--graph', file('exported.onnx'), ...ending('exported')),
    original: () => theirs('original', ...weights, ...ending('original')),
  }
  const results = { export: [], ours: [], exported: [], original: [] }
  for (let round = 1; round <= Number(rounds); round++) {
    await step(`round ${round}`, async () => {
      results.export.push(await ours('export', file('pdfnet.pth'), file('ours.onnx')))
      for (const [name, measure] of Object.entries(contenders)) results[name].push(await measure())
    })
  }
  return report(results, await Promise.all(['ours', 'exported'].map((name) => difference(name, 'original'))))
}

/** Makes a file unless it is there. */
async function once(name, make) {
  if (existsSync(file(name))) return
  await step(name, async () => {
    await make(file(name))
  })
}

function lastLine(text) {
  return JSON.parse(text.trim().split('\n').at(-1))
}

/** Smooth, and the same for every run: waves of several lengths, of which the depth has the longest. */
function pictureAndDepth() {
  const side = 1024
  const values = new Float32Array(4 * side ** 2)
  for (let i = 0; i < values.length; i++) {
    const [channel, y, x] = [Math.floor(i / side ** 2), Math.floor(i / side) % side, i % side]
    values[i] = Math.sin((x * (5 - channel)) / 97 + y / 61) + Math.cos((y * (5 - channel)) / 113 - x / 71)
  }
  return values
}

/** The largest difference of the logits, in standard deviations of the second. */
async function difference(name, other) {
  const [found, expected] = await Promise.all(
    [name, other].map(async (one) => new Float32Array((await readFile(file(`${one}.f32`))).buffer)),
  )
  const mean = expected.reduce((sum, value) => sum + value, 0) / expected.length
  const deviation = Math.sqrt(expected.reduce((sum, value) => sum + (value - mean) ** 2, 0) / expected.length)
  return found.reduce((largest, value, i) => Math.max(largest, Math.abs(value - expected[i])), 0) / deviation
}

function report({ export: exports, ours, exported, original }, [oursApart, exportedApart]) {
  const seconds = (runs) => runs.map((one) => one.seconds)
  const bytes = (runs) => runs.map(({ peakRssBytes }) => peakRssBytes / 1e9)
  const ratio = (values, of) => (median(values) / median(of)).toFixed(2)
  const row = (name, runs, apart) => [
    name,
    spread(seconds(runs), 1),
    spread(bytes(runs), 2),
    ratio(seconds(ours), seconds(runs)),
    ratio(bytes(ours), bytes(runs)),
    apart?.toExponential(1) ?? '',
  ]
  return [
    'PDFNet of full size with random weights at 1024², single precision, one picture: the second of two runs in a process',
    `of its own, by turns; ${ours.length} rounds, median (lowest–highest). Wanted: 0.75 of the time and half the memory of`,
    "PyTorch's export, 0.55 of the original's time.",
    '',
    table([
      ['', 'seconds', 'peak RSS, GB', 'our time to it', 'our memory to it', 'logits apart, σ'],
      row('pdfnet-trt', ours, oursApart),
      row('exported by PyTorch, in ONNX Runtime', exported, exportedApart),
      row('the original in PyTorch', original),
    ]),
    '',
    `Our export of the 395 MB checkpoint took ${spread(seconds(exports), 1)} s and ${spread(bytes(exports), 2)} GB at its`,
    'peak (wanted: at most 10 s and 1 GB).',
  ].join('\n')
}
