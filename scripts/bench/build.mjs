/** Seconds and peak memory of `build-engine` on IS-Net, beside a bare C++ program that builds the same file. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildEngine, findBuildLibrary } from '../../dist/runtime/index.js'
import { libraryName } from '../../dist/tensorrt/index.js'
import { Store } from '../../dist/store/index.js'
import { compileBare } from '../bare-build/compile.mjs'
import { run } from '../steps.mjs'
import { median, spread, table } from './statistics.mjs'

const rounds = 5

export async function bench() {
  const library = await findBuildLibrary()
  const onnx = await weightsOfIsnet()
  const folder = await mkdtemp(join(tmpdir(), 'pdfnet-bench-'))
  try {
    const bare = await compileBare(folder)
    const results = { bare: [], ours: [] }
    const plan = join(folder, 'plan')
    for (let round = 0; round < rounds; round++) {
      results.bare.push(JSON.parse(await run(bare, [library.library, library.parser, onnx, plan])))
      results.ours.push(await ours(onnx, plan))
    }
    return report(library, results)
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function ours(onnx, output) {
  const start = performance.now()
  const { record } = await buildEngine({ onnx, output })
  const { seconds, peakRssBytes } = record.build
  return { milliseconds: seconds * 1000, peakRssBytes, whole: performance.now() - start }
}

async function weightsOfIsnet() {
  const entries = (await (await Store.open()).list()).filter(
    ({ kind, key }) => kind === 'weights' && /^isnet/.test(key),
  )
  const entry = entries.find((listed) => listed.entry)?.entry
  if (!entry) throw new Error('IS-Net is not in the store: run npm run setup')
  return entry.file('weights.onnx')
}

function report(library, { bare, ours }) {
  const seconds = (runs) => spread(runs, 2)
  const row = (name, runs, whole) => [
    name,
    seconds(runs.map(({ milliseconds }) => milliseconds / 1000)),
    whole,
    spread(
      runs.map(({ peakRssBytes }) => peakRssBytes / 1e6),
      1,
    ),
  ]
  const peak = (runs) => median(runs.map(({ peakRssBytes }) => peakRssBytes))
  const ratio = ((peak(ours) / peak(bare) - 1) * 100).toFixed(1)
  return [
    `IS-Net with FP16 weights, ${libraryName(library)}; medians (and ranges) of ${rounds} interleaved runs. The whole time`,
    'also has the checks and hashes before and after.',
    '',
    table([
      ['', 'build process, s', 'whole, s', 'peak of the build process, MB'],
      row('bare C++', bare, ''),
      row('build-engine', ours, seconds(ours.map(({ whole }) => whole / 1000))),
    ]),
    '',
    `The peak of ours is that of the bare program ${ratio < 0 ? '−' : '+'} ${Math.abs(ratio)} %; at most 5 % more is wanted.`,
  ].join('\n')
}
