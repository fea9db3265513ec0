/** All engines of IS-Net and of PDFNet behind its depth network, built at once: later steps find them in the store. */

import { loadRecipe } from '../../dist/models/index.js'
import { buildChain } from '../../dist/runtime/index.js'
import { findDevice } from '../../dist/setup/device.js'
import { prepareModel } from '../../dist/setup/prepared.js'
import { Store } from '../../dist/store/index.js'
import { describePlan } from './chains.mjs'
import { engineOf } from './device.mjs'
import { fullModel } from './full-chain.mjs'
import { Skipped } from './skipped.mjs'

export async function prove(results, options) {
  await engineOf(options.device)
  if (options.device === 'cpu') throw new Skipped('the CPU device builds no engines')
  const store = await Store.open()
  const { library } = await findDevice(store, { device: 'tensorrt' })
  const models = [{ model: 'isnet' }, await fullModel(options)]
  await Promise.all(models.map((model) => buildAll(results, store, library, model)))
}

async function buildAll(results, store, library, { model, depth, weights, randomWeights }) {
  const { stages } = await prepareModel(store, loadRecipe(model), {
    ...{ target: 'tensorrt', precision: 'fp16', batch: 1, weights, randomWeights },
    ...(depth && { depth: { ...depth, recipe: loadRecipe(depth.model) } }),
  })
  const command = 'node scripts/proof-gpu.mjs'
  await Promise.all(
    stages.map((stage) =>
      results.attempt(
        `${model}: ${stage.name}`,
        async () => {
          const [built] = await buildChain(store, [stage], { library, build: 'if-missing', command })
          results.figure(`${model}: ${stage.name}`, describePlan(built))
        },
        { seconds: 840 },
      ),
    ),
  )
}
