/** PDFNet and its depth network, of full size: from random weights to engines, and their self-test. */

import { selfTest } from '../../dist/runtime/index.js'
import { buildModel, openStages, reportPlans } from './chains.mjs'
import { engineOf } from './device.mjs'
import { fullModel, tolerance } from './full-chain.mjs'
import { gpuMemory } from './gpu.mjs'

export async function prove(results, options) {
  const { device } = options
  await engineOf(device)
  const began = performance.now()
  const model = await fullModel(options)
  const origin = model.weights === undefined ? 'our own, from a seed' : "of the authors' code, from a seed"
  results.figure('random weights', `${origin}, in ${((performance.now() - began) / 1000).toFixed(1)} s`)
  const { stages, preparing } = await buildModel(results, model)
  results.figure('graphs made in', `${preparing.toFixed(1)} s`, 'an export in PyTorch takes 483 s')
  reportPlans(results, stages)
  const before = await gpuMemory()
  const start = performance.now()
  const chain = await openStages(stages, { device })
  try {
    results.figure('opened in', `${((performance.now() - start) / 1000).toFixed(1)} s`)
    await selfTest(chain, { tolerance, trained: false })
    results.check('self-test: finite, in range, the same twice', 'passed', 'passes', true)
    results.figure('GPU memory for one instance', `${(await gpuMemory()) - before} MiB`)
  } finally {
    await chain.dispose()
  }
}
