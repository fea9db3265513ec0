/** PDFNet and its depth network, of full size: parity with the CPU device, and speed. */

import { buildModel, matteOf, openModel, openStages } from './chains.mjs'
import { difference, isEqual, logits, shownDifference, valuesOf } from './compare.mjs'
import { engineOf } from './device.mjs'
import { depthLargeMacs, depthSize, pdfnetMacs } from './flops.mjs'
import { fullModel, tolerance } from './full-chain.mjs'
import { gpuMemory } from './gpu.mjs'
import { picture } from './pictures.mjs'
import { measureLatency, measureThroughput, percent } from './speed.mjs'

export async function prove(results, options) {
  const { device } = options
  await engineOf(device)
  const model = await fullModel(options)
  const { stages } = await buildModel(results, model)
  const square = await picture('astronaut.png', 1024, 1024)
  const wide = await picture('coffee.png', 2048, 1365)
  const chain = await openStages(stages, { device })
  const mattes = {}
  try {
    const found = await matteOf(chain, square)
    const again = await matteOf(chain, square)
    const apart = difference(valuesOf(again.matte), valuesOf(found.matte))
    const equal = isEqual(found.matte, again.matte)
    results.check('the same answer twice', equal ? 'to the bit' : shownDifference(apart), 'to the bit', equal)
    mattes.square = found.matte
    await speed(results, chain, { square, wide }, options)
  } finally {
    await chain.dispose()
  }
  await results.attempt('graphs off', () => withoutGraphs(results, stages, square, mattes.square, options))
  await results.attempt('parity with the CPU device', () => parity(results, model, square, mattes.square))
  // Last: on TensorRT 10.6 four runs at once have hung.
  await results.attempt('concurrency', () => concurrency(results, stages, square, options), { seconds: 60 })
}

async function speed(results, chain, { square, wide }, options) {
  const aim = 'aim 16 ms, accept 25 ms on an H100'
  const median = await measureLatency(results, chain, square, options, {
    name: '1024×1024',
    expected: aim,
    holds: (time) => time <= 25,
  })
  if (options.scale === 'full') {
    const operations = 2 * (pdfnetMacs + depthLargeMacs(...depthSize(1024, 1024)))
    const rate = operations / median / 1e9
    results.figure(
      '1024×1024: achieved',
      `${rate.toFixed(0)} TFLOP/s of ${(operations / 1e12).toFixed(2)} TFLOP`,
      '798 in a large product',
    )
  }
  await measureLatency(results, chain, wide, options, { name: '2048×1365', expected: aim })
}

async function withoutGraphs(results, stages, square, expected, options) {
  if (options.device === 'cpu') return
  const plain = await openStages(stages, { device: options.device, settings: { cuda_graphs: 'off' } })
  try {
    const { matte } = await matteOf(plain, square)
    const apart = difference(valuesOf(matte), valuesOf(expected))
    results.check(
      'with and without CUDA graphs, mean / largest',
      shownDifference(apart),
      'no difference',
      apart.largest === 0,
    )
    await measureLatency(results, plain, square, options, { name: '1024×1024 without CUDA graphs' })
  } finally {
    await plain.dispose()
  }
}

async function concurrency(results, stages, square, options) {
  const instances = options.device === 'cpu' ? 1 : 4
  const before = await gpuMemory()
  const chain = await openStages(stages, { device: options.device, instances })
  try {
    const callers = options.device === 'cpu' ? [1] : [1, 2, 4]
    const found = await measureThroughput(results, chain, square, options, { name: `${instances} instances`, callers })
    results.figure(`GPU memory for ${instances} instances`, `${(await gpuMemory()) - before} MiB`)
    const [[, alone], ...more] = found
    const best = Math.max(...more.map(([, perSecond]) => perSecond))
    results.figure('gain of concurrency', percent(best / alone - 1))
  } finally {
    await chain.dispose()
  }
}

/** Beside the CPU device in single precision: alphas, and logits in their own standard deviations. */
async function parity(results, model, square, found) {
  const cpu = await openModel(results, { ...model, device: 'cpu' })
  try {
    const began = performance.now()
    const { matte } = await matteOf(cpu, square)
    results.say(`the CPU device took ${((performance.now() - began) / 1000).toFixed(1)} s`)
    reportParity(results, valuesOf(found), valuesOf(matte), 'the CPU device in single precision')
  } finally {
    await cpu.dispose()
  }
}

/** @param expected alphas of single precision */
export function reportParity(results, found, expected, beside) {
  const alphas = difference(found, expected)
  results.check(
    `alpha beside ${beside}, mean / largest`,
    shownDifference(alphas),
    `at most ${tolerance.mean} / ${tolerance.largest}`,
    alphas.finite && alphas.mean <= tolerance.mean && alphas.largest <= tolerance.largest,
  )
  results.figure(`alpha of ${beside}: standard deviation`, alphas.deviation.toPrecision(3))
  const raw = difference(logits(found), logits(expected))
  results.figure(
    `logits beside ${beside}, mean / largest, in standard deviations`,
    `${(raw.mean / raw.deviation).toPrecision(3)} / ${(raw.largest / raw.deviation).toPrecision(3)}`,
    'half precision in numpy: see docs/parity.md',
  )
  const counts = [1, 4, 16, 64].map((limit) =>
    found.reduce((sum, value, i) => sum + (Math.abs(value - expected[i]) * 255 > limit), 0),
  )
  const shares = counts.map((count) => `${((count / found.length) * 100).toFixed(3)} %`)
  results.figure(`pixels beside ${beside} that differ by more than 1, 4, 16, 64 of 255`, shares.join(', '))
}
