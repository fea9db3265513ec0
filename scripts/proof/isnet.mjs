/** IS-Net, whose trained weights are in the store: the mattes of photographs, and their speed. */

import { loadRecipe } from '../../dist/models/index.js'
import { Matting } from '../../dist/index.js'
import { selfTest } from '../../dist/runtime/index.js'
import { buildModel, matteOf, openModel, openStages, reportPlans } from './chains.mjs'
import { difference, isEqual, shownDifference, valuesOf } from './compare.mjs'
import { engineOf } from './device.mjs'
import { gpuMemory } from './gpu.mjs'
import { photo, picture } from './pictures.mjs'
import { measureLatency, measureThroughput } from './speed.mjs'

const recipe = loadRecipe('isnet')
const { tolerance } = recipe
/** Of alphas of 8 bits: each of the two is rounded. */
const largest = Math.floor(tolerance.largest * 255 + 1)

export async function prove(results, options) {
  const { device } = options
  await engineOf(device)
  const { stages, preparing } = await buildModel(results, { device, model: 'isnet' })
  results.figure('graphs made in', `${preparing.toFixed(1)} s`)
  reportPlans(results, stages)
  const before = await gpuMemory()
  const chain = await openStages(stages, { device })
  try {
    await results.attempt('self-test', async () => {
      await selfTest(chain, { tolerance })
      results.check('self-test', 'passed', 'passes', true)
    })
    await parity(results, chain)
    const square = await picture('astronaut.png', 1024, 1024)
    results.figure('GPU memory for one instance', `${(await gpuMemory()) - before} MiB`)
    await measureLatency(results, chain, square, options, { name: '1024×1024' })
    await measureLatency(results, chain, await picture('coffee.png', 2048, 1365), options, { name: '2048×1365' })
  } finally {
    await chain.dispose()
  }
  await results.attempt('graphs off', () => withoutGraphs(results, stages, options))
  await results.attempt('concurrency', () => concurrency(results, stages, options), { seconds: 60 })
  await results.attempt('Matting', () => publicApi(results, options))
}

/** 8-bit alphas beside those of the CPU device in single precision. */
async function parity(results, chain) {
  const cpu = await openModel(results, { device: 'cpu', model: 'isnet' })
  try {
    for (const [name, width, height] of [['astronaut.png'], ['rocket.jpg'], ['coffee.png', 2048, 1365]]) {
      const pixels = await picture(name, width, height)
      const found = await matteOf(chain, pixels, 'uint8')
      const again = await matteOf(chain, pixels, 'uint8')
      const expected = await matteOf(cpu, pixels, 'uint8')
      const apart = difference(valuesOf(found.matte), valuesOf(expected.matte))
      const size = `${pixels.width}×${pixels.height}`
      results.check(
        `${name} ${size}: 8-bit alpha beside the CPU device's, mean / largest`,
        shownDifference(apart),
        `at most ${tolerance.mean * 255} / ${largest}`,
        apart.mean <= tolerance.mean * 255 && apart.largest <= largest,
      )
      results.check(
        `${name}: the same answer twice`,
        isEqual(found.matte, again.matte),
        'true',
        isEqual(found.matte, again.matte),
      )
    }
  } finally {
    await cpu.dispose()
  }
}

async function withoutGraphs(results, stages, options) {
  if (options.device === 'cpu') return
  const plain = await openStages(stages, { device: options.device, settings: { cuda_graphs: 'off' } })
  try {
    await measureLatency(results, plain, await picture('astronaut.png', 1024, 1024), options, {
      name: '1024×1024 without CUDA graphs',
    })
  } finally {
    await plain.dispose()
  }
}

async function concurrency(results, stages, options) {
  const instances = 4
  const chain = await openStages(stages, { device: options.device, instances })
  try {
    const square = await picture('astronaut.png', 1024, 1024)
    await measureThroughput(results, chain, square, options, { name: `${instances} instances`, callers: [1, 2, 4, 8] })
  } finally {
    await chain.dispose()
  }
}

/** What a user does: a file, by the public API. */
async function publicApi(results, { device }) {
  const matting = await Matting.open({ model: 'isnet', device })
  try {
    const times = []
    for (let index = 0; index < 5; index++) {
      const { timings, alpha } = await matting.matte(photo('astronaut.png'))
      times.push(timings)
      if (index === 0)
        results.figure('Matting.open, then a file', `${matting.device.reason}; alpha ${alpha.width}×${alpha.height}`)
    }
    results.figure(
      'its timings, the fifth time',
      JSON.stringify(times.at(-1), (_, value) => (typeof value === 'number' ? Math.round(value * 100) / 100 : value)),
    )
  } finally {
    await matting.dispose()
  }
}
