/** A model's chain on a device: prepared in the store, its engines built there where they are not yet, and opened. */

import { loadRecipe } from '../../dist/models/index.js'
import { buildChain, Chain } from '../../dist/runtime/index.js'
import { findDevice } from '../../dist/setup/device.js'
import { prepareModel } from '../../dist/setup/prepared.js'
import { Store } from '../../dist/store/index.js'
import { engineOf } from './device.mjs'

/**
 * What a chain is made from: `model`, its `weights` (a file) or `randomWeights` (a seed), `depth` (the same of its depth
 * network), and `batch`. On TensorRT networks are in half precision, on the CPU device in single.
 */
export async function buildModel(results, { device, model, depth, batch = 1, weights, randomWeights }) {
  await engineOf(device)
  const store = await Store.open()
  const target = device === 'cpu' ? 'cpu' : 'tensorrt'
  const given = (one) => ({
    ...(one.weights !== undefined && { weights: one.weights }),
    ...(one.randomWeights !== undefined && { randomWeights: one.randomWeights }),
  })
  const began = performance.now()
  const prepared = await prepareModel(store, loadRecipe(model), {
    target,
    precision: device === 'cpu' ? 'fp32' : 'fp16',
    batch,
    ...given({ weights, randomWeights }),
    ...(depth && { depth: { recipe: loadRecipe(depth.model), ...given(depth) } }),
  })
  const preparing = (performance.now() - began) / 1000
  results.say(`${model} prepared for ${target} in ${preparing.toFixed(1)} s`)
  if (device === 'cpu') return { stages: prepared.stages, manifest: prepared.manifest, preparing }
  const { library } = await findDevice(store, { device: 'tensorrt' })
  let last = 0
  const stages = await buildChain(store, prepared.stages, {
    library,
    build: 'if-missing',
    command: 'node scripts/proof-gpu.mjs',
    onPhase: ({ name, seconds }) => {
      if (performance.now() - last < 10_000) return
      last = performance.now()
      results.say(`building ${name}, ${seconds.toFixed(0)} s`)
    },
  })
  return { stages, manifest: prepared.manifest, preparing }
}

/** Opens what `buildModel` gave. */
export async function openStages(stages, { device, instances = 1, settings }) {
  const { engine, library } = await engineOf(device)
  return Chain.open(stages, { engine, library, instances, threads: 0, ...(settings && { settings }) })
}

export async function openModel(results, options) {
  const { stages } = await buildModel(results, options)
  return openStages(stages, options)
}

/** One picture, as a matte of single precision or of bytes. */
export async function matteOf(chain, picture, type = 'float32') {
  const [result] = await chain.run([{ picture, type }])
  return result
}

/** Milliseconds of the device's own work for a result, as the stream's marks tell. */
export function deviceTime({ timings: { copyIn, pre, depth = 0, core, post, copyOut } }) {
  return copyIn + pre + depth + core + post + copyOut
}

/** A row for each plan: seconds to build, its size, and what it needs at a run. */
export function reportPlans(results, stages) {
  for (const stage of stages) {
    if (stage.record) results.figure(`engine ${stage.name}`, describePlan(stage))
  }
}

export function describePlan({ record: { build, plan, activationBytes }, built }) {
  const mebi = (bytes) => (bytes === undefined ? '?' : `${(bytes / 2 ** 20).toFixed(0)} MiB`)
  const value = `built in ${build.seconds.toFixed(1)} s, plan ${mebi(plan.bytes)}, activations ${mebi(activationBytes)}`
  return built ? value : `${value} (from the store)`
}
