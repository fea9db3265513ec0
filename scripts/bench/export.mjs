/** Checkpoints of full size to ONNX, and PDFNet's graph in half precision to a plan: seconds and peak memory. */

import { open, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { architectureNamed } from '../../dist/models/architectures.js'
import { randomWeights } from '../../dist/models/index.js'
import { buildEngine, findBuildLibrary } from '../../dist/runtime/index.js'
import { libraryName } from '../../dist/tensorrt/index.js'
import { run, step } from '../steps.mjs'
import { median, spread, table } from './statistics.mjs'

const rounds = 5
const half = { target: 'tensorrt', precision: 'fp16' }
const exports = {
  'PDFNet at 1024², for the CPU device': { model: 'pdfnet', size: [1024, 1024] },
  'PDFNet at 1024², for TensorRT in half precision': { model: 'pdfnet', size: [1024, 1024], ...half },
  'Depth Anything V2 Large of any size': { model: 'depth-anything-v2-large', size: 'any' },
}
const [, halfPdfnet] = Object.keys(exports)
const limits = { pdfnet: 'at most 10 s and 1 GB', 'depth-anything-v2-large': 'at most 30 s and 1.5 GB' }

export async function bench() {
  const folder = await mkdtemp(join(tmpdir(), 'pdfnet-bench-'))
  try {
    const weights = {}
    for (const model of Object.keys(limits)) {
      await step(model, async () => {
        weights[model] = await writeCheckpoint(model, join(folder, `${model}.safetensors`))
      })
    }
    const results = Object.fromEntries([...Object.keys(exports), 'build'].map((name) => [name, []]))
    for (let round = 1; round <= rounds; round++) {
      await step(`round ${round}`, async () => {
        for (const [name, options] of Object.entries(exports)) {
          const output = join(folder, `${name}.onnx`)
          results[name].push(await exported({ ...options, weights: weights[options.model].path, output }))
        }
        results.build.push(await built(join(folder, `${halfPdfnet}.onnx`), join(folder, 'pdfnet.plan')))
      })
    }
    return report(weights, results, libraryName(await findBuildLibrary()))
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Random weights of the authors' names and shapes, in single precision, as a safetensors file. */
async function writeCheckpoint(model, path) {
  const architecture = architectureNamed(model)
  const weights = randomWeights(architecture.shapes(architecture.parseConfig({})), 1)
  let bytes = 0
  const entries = weights.names.map((name) => {
    const shape = weights.shape(name)
    const begin = bytes
    bytes += 4 * shape.reduce((product, size) => product * size, 1)
    return [name, { dtype: 'F32', shape, data_offsets: [begin, bytes] }]
  })
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  const file = await open(path, 'wx')
  try {
    await file.writev([length, header])
    for (const name of weights.names) await file.writeFile(new Uint8Array((await weights.read(name)).buffer))
  } finally {
    await file.close()
  }
  return { path, bytes }
}

async function exported(options) {
  const program = fileURLToPath(new URL('export-run.mjs', import.meta.url))
  return JSON.parse(await run(process.execPath, [program, JSON.stringify(options)]))
}

async function built(onnx, output) {
  const { record } = await buildEngine({ onnx, output })
  return { ...record.build, activationBytes: record.activationBytes }
}

function report(weights, { build, ...results }, library) {
  const seconds = (runs) =>
    spread(
      runs.map((run) => run.seconds),
      1,
    )
  const peak = (runs) =>
    spread(
      runs.map(({ peakRssBytes }) => peakRssBytes / 1e9),
      2,
    )
  const rows = Object.entries(results).map(([name, runs]) => {
    const { model } = exports[name]
    return [name, String(Math.round(weights[model].bytes / 1e6)), seconds(runs), peak(runs), limits[model]]
  })
  const activations = median(build.map(({ activationBytes }) => activationBytes)) / 1e6
  return [
    `Checkpoints of random weights, by turns, each export in a process of its own; ${rounds} rounds, median (lowest–highest).`,
    '',
    table([['export', 'checkpoint, MB', 'seconds', 'peak RSS, GB', 'wanted'], ...rows]),
    '',
    `${library} builds the graph in half precision in ${seconds(build)} s (wanted: at most 20), with ${activations.toFixed(0)} MB`,
    'of activations (wanted: at most 650).',
  ].join('\n')
}
