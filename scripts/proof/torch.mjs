/** The authors' code beside ours: what it computes in single precision, and how long it takes on the same machine. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { authorsMissing, authorsReference, authorsTime, authorsWeights } from './authors.mjs'
import { matteOf, openModel } from './chains.mjs'
import { valuesOf } from './compare.mjs'
import { effort, engineOf, rehearsal } from './device.mjs'
import { fullModel } from './full-chain.mjs'
import { reportParity } from './pdfnet.mjs'
import { picture } from './pictures.mjs'
import { Skipped } from './skipped.mjs'
import { latencies, median } from './timing.mjs'

export async function prove(results, options) {
  await engineOf(options.device)
  if (!(await authorsWeights(options))) throw new Skipped(authorsMissing)
  const square = await picture('astronaut.png', 1024, 1024)
  const ours = await oursBesideThem(results, square, options)
  const short = options.device === 'cpu' ? { warm: 1, count: 2 } : {}
  const found = []
  for (const way of ['autocast', 'half', 'float32']) {
    try {
      const time = await authorsTime(square, way, options, { minutes: 2, ...short })
      found.push({ way, ...time })
      report(results, time, ours)
    } catch (error) {
      results.figure(`PyTorch, ${way}`, `does not run: ${error.message}`)
    }
  }
  const halves = found.filter(({ way }) => way !== 'float32').map(({ median: time }) => time)
  if (halves.length === 0) return
  const ratio = Math.min(...halves) / ours
  results.check(
    'PyTorch FP16 beside ours',
    `${ratio.toFixed(2)} times our time`,
    'at least 4',
    ratio >= 4,
    rehearsal(options),
  )
}

/** Resolves with our own milliseconds. */
async function oursBesideThem(results, square, options) {
  const chain = await openModel(results, await fullModel(options))
  try {
    await results.attempt('parity with PyTorch', async () => {
      const { folder, logit } = await authorsReference(square, options)
      results.say(`PyTorch's logits: mean ${logit.mean.toFixed(2)}, deviation ${logit.deviation.toFixed(2)}`)
      const { matte } = await matteOf(chain, square)
      reportParity(results, valuesOf(matte), floats(join(folder, 'alpha.f32')), "PyTorch's single precision")
    })
    const times = await latencies(() => chain.run([{ picture: square, type: 'uint8' }]), effort(options))
    results.figure('ours, median', `${median(times).toFixed(2)} ms`)
    return median(times)
  } finally {
    await chain.dispose()
  }
}

export function report(results, { way, torch, median: time, p95, first, memory }, ours) {
  const ratio = ours === undefined ? '' : `, ${(time / ours).toFixed(2)} times ours`
  const value = `${time.toFixed(1)} / ${p95.toFixed(1)} ms${ratio}; the first took ${(first / 1000).toFixed(1)} s; ${Math.round(memory / 2 ** 20)} MiB`
  results.figure(`PyTorch ${torch}, ${way}, median / p95`, value)
}

function floats(file) {
  const bytes = readFileSync(file)
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
}
