/**
 * `node scripts/fp16-reference.mjs`: half-precision exports of the golden networks, computed truly in half precision by
 * ONNX's own reference in a Python environment that is thrown away, and compared with the golden tensors. Writes what
 * it found into docs/parity.md and, with each file's SHA-256, into fixtures: tests hold the exports to those hashes, and
 * each island to what it gains.
 */

import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { islandCases, islandFiles } from './fp16-reference/islands.mjs'
import { isnetJobs } from './fp16-reference/isnet.mjs'
import { table } from './bench/statistics.mjs'
import { exportModel } from '../dist/models/index.js'
import { writeSection } from './section.mjs'
import { root, run, runWhenMain, step } from './steps.mjs'

const golden = join(root, 'test/fixtures/golden')
const requirements = join(root, 'scripts/fp16-reference/requirements.txt')

/** Exported at each of the golden sizes. `golden` and the names of tensors are those of the fixtures. */
const cases = [
  ...[
    ['pdfnet-tiny-32', 32],
    ['pdfnet-tiny-96', 96],
    ['pdfnet-tiny-160', 160],
    ['pdfnet-tiny', 256],
  ].map(([name, side]) => ({
    options: { model: 'pdfnet', weights: 'pdfnet-tiny.pth', size: [side, side] },
    golden: name,
    inputs: { image: 'image', depth: 'depth' },
    output: 'alpha',
    expected: 'alpha',
  })),
  ...[[70, 98], 'any'].map((size) => ({
    options: {
      model: 'depth-anything-v2',
      weights: 'depth-anything-v2-tiny.pth',
      config: 'depth-anything-v2-tiny.json',
      size,
    },
    golden: 'depth-anything-v2-tiny',
    inputs: { image: 'image.70x98' },
    output: 'depth',
    expected: 'depth.70x98',
  })),
]

await runWhenMain(import.meta.url, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pdfnet-fp16-'))
  try {
    const python = join(folder, 'venv/bin/python')
    await step('python environment', async () => {
      await run('python3', ['-I', '-m', 'venv', join(folder, 'venv')])
      await run(python, ['-I', '-m', 'pip', 'install', '--quiet', '--no-deps', '-r', requirements])
    })
    const files = []
    await step('exports', async () => {
      for (const one of cases) files.push(await exported(one, join(folder, `${files.length}.onnx`)))
    })
    const found = []
    await step('reference', async () => {
      found.push(
        ...(await compare(
          python,
          cases.map((one, i) => ({ ...one, file: files[i].path })),
        )),
      )
    })
    const islands = []
    await step('islands', async () => {
      for (const one of islandCases) {
        const { island, job, stress } = one
        const { whole, without, single } = await islandFiles(folder, one, golden)
        const means = await compare(
          python,
          [whole, without].map((file) => ({ ...job, file, single })),
        )
        islands.push({ island, stress, mean: means[0].mean, without: means[1].mean })
      }
    })
    const isnet = []
    await step('IS-Net', async () => {
      const jobs = await isnetJobs(folder)
      const figures = await compare(python, jobs)
      isnet.push(...jobs.map(({ picture }, i) => ({ picture, ...figures[i] })))
    })
    const entries = cases.map((one, i) => ({ ...one, sha256: files[i].sha256, ...found[i] }))
    for (const [name, content] of [
      ['fp16-reference', entries],
      ['fp16-islands', islands],
      ['fp16-isnet', isnet],
    ]) {
      await writeFile(join(golden, `${name}.json`), JSON.stringify(content, undefined, 2) + '\n')
    }
    for (const [name, section] of [
      ['fp16', errorTable(entries)],
      ['islands', islandTable(islands)],
      ['fp16-isnet', isnetTable(isnet)],
    ]) {
      writeSection('docs/parity.md', name, section)
    }
  } finally {
    await rm(folder, { recursive: true })
  }
})

async function exported({ options }, path) {
  const { weights, config, ...rest } = options
  const inFolder = (name) => name && join(golden, name)
  await exportModel({
    ...rest,
    weights: inFolder(weights),
    config: inFolder(config),
    target: 'tensorrt',
    precision: 'fp16',
    output: path,
  })
  return {
    path,
    sha256: createHash('sha256')
      .update(await readFile(path))
      .digest('hex'),
  }
}

/** Differences of each job's output, in its order. */
async function compare(python, jobs) {
  const full = jobs.map((job) => ({
    ...job,
    golden: job.golden && resolve(golden, `${job.golden}.golden.safetensors`),
  }))
  const child = spawn(python, ['-I', join(root, 'scripts/fp16-reference/compare.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const closed = once(child, 'close')
  child.stdin.end(JSON.stringify(full))
  const text = Buffer.concat(await child.stdout.toArray()).toString()
  const [code] = await closed
  if (code !== 0) throw new Error(`compare.py ended with status ${code}`)
  return JSON.parse(text)
}

function errorTable(entries) {
  const rows = entries.map(({ golden: name, options: { size }, output, mean, largest, deviation }) => {
    return [size === 'any' ? `${name}, of any size` : name, output, shown(mean), shown(largest), deviation.toFixed(3)]
  })
  return table([['golden', 'output', 'mean difference', 'largest', "the output's standard deviation"], ...rows])
}

function islandTable(entries) {
  const rows = entries.map(({ island, stress, mean, without }) => [island, stress, shown(mean), shown(without)])
  return table([['island', 'on', 'mean difference with it', 'without it'], ...rows])
}

function isnetTable(entries) {
  const rows = entries.map(({ picture, mean, largest, deviation }) => {
    return [picture, shown(mean), shown(largest), deviation.toFixed(3)]
  })
  return table([['picture', 'mean difference', 'largest', "alpha's standard deviation"], ...rows])
}

/** What is not finite has no number in JSON. */
function shown(number) {
  return number === null ? 'not finite' : number.toExponential(1)
}
