/** Memory over many runs, and what a run costs the host. */

import { buildModel, openStages } from './chains.mjs'
import { engineOf, openModels, runOnce } from './device.mjs'
import { fullModel } from './full-chain.mjs'
import { gpuMemory } from './gpu.mjs'
import { picture } from './pictures.mjs'
import { elements, noise, shape, smallModel } from './small-graph.mjs'
import { median } from './timing.mjs'

export async function prove(results, options) {
  const { device } = options
  await engineOf(device)
  const few = device === 'cpu'
  await results.attempt('small engine', () => smallRuns(results, device, few ? 500 : 10_000))
  await results.attempt('openings', () => openings(results, device, few ? 10 : 100))
  await results.attempt('PDFNet', () => networkRuns(results, options, few ? 3 : 500))
}

async function smallRuns(results, device, count) {
  const session = await openModels([await smallModel(device)], { device })
  const input = { input: { shape, data: noise(elements, 7) } }
  const waits = []
  try {
    await watch(results, 'small engine', count, async () => {
      const began = performance.now()
      const [, , , compute] = (await runOnce(session, input)).timings
      waits.push(performance.now() - began - compute)
    })
    results.figure(
      'small engine: host overhead a run with 2 MiB in and out, median',
      `${(median(waits) * 1000).toFixed(0)} µs`,
    )
  } finally {
    await session.dispose()
  }
}

async function openings(results, device, count) {
  const model = await smallModel(device)
  await watch(results, 'opening and disposing', count, async () => {
    const session = await openModels([model], { device })
    await session.dispose()
  })
}

async function networkRuns(results, options, count) {
  const { stages } = await buildModel(results, await fullModel(options))
  const chain = await openStages(stages, { device: options.device })
  const square = await picture('astronaut.png', 1024, 1024)
  try {
    await watch(results, 'PDFNet', count, () => chain.run([{ picture: square, type: 'uint8' }]))
  } finally {
    await chain.dispose()
  }
}

/** Runs a second, and how much more memory the last tenth has than the second one. */
async function watch(results, name, count, run) {
  const samples = []
  const gpu = []
  const tenth = Math.max(1, Math.floor(count / 10))
  const began = performance.now()
  for (let index = 0; index < count; index++) {
    await run()
    if (index % Math.max(1, Math.floor(tenth / 5)) === 0) {
      globalThis.gc?.()
      samples.push({ index, rss: process.memoryUsage.rss() })
    }
    if (index === tenth || index === count - 1) gpu.push(await gpuMemory())
  }
  const seconds = (performance.now() - began) / 1000
  const within = (from, to) => median(samples.filter(({ index }) => index >= from && index < to).map(({ rss }) => rss))
  const early = within(tenth, 2 * tenth)
  const grown = (within(count - tenth, count) - early) / 2 ** 20
  results.figure(`${name}: ${count} times`, `${(count / seconds).toFixed(1)} a second`)
  results.check(
    `${name}: RSS in the last tenth beyond the second`,
    `${grown.toFixed(1)} MiB`,
    'at most 8 MiB',
    grown <= 8,
    count < 50 ? 'too few runs to tell' : undefined,
  )
  const more = gpu.at(-1) - gpu[0]
  if (Number.isFinite(more)) results.check(`${name}: GPU memory, likewise`, `${more} MiB`, 'at most 8 MiB', more <= 8)
}
