/** PDFNet in batches: whether a batch equals its singles, and what it gains. */

import { buildModel, matteOf, openStages, reportPlans } from './chains.mjs'
import { difference, shownDifference, valuesOf } from './compare.mjs'
import { engineOf } from './device.mjs'
import { fullModel, tolerance } from './full-chain.mjs'
import { picture } from './pictures.mjs'
import { measureGain } from './speed.mjs'

export async function prove(results, options) {
  await engineOf(options.device)
  const model = await fullModel(options)
  const batches = options.device === 'cpu' ? [2] : [2, 4, 8]
  for (const batch of batches)
    await results.attempt(`batch ${batch}`, () => oneBatch(results, { ...model, batch }, options))
}

async function oneBatch(results, model, options) {
  const { batch, device } = model
  const { stages } = await buildModel(results, model)
  reportPlans(
    results,
    stages.filter(({ name }) => name.startsWith('core-')),
  )
  const instances = device === 'cpu' ? 1 : 2
  const chain = await openStages(stages, { device, instances })
  try {
    const square = await picture('astronaut.png', 1024, 1024)
    const pictures = [square, await picture('coffee.png'), await picture('rocket.jpg'), await picture('chelsea.png')]
    const items = Array.from({ length: batch }, (_, index) => ({ picture: pictures[index % 4], type: 'float32' }))
    const together = await chain.run(items)
    let worst = { mean: 0, largest: 0, finite: true }
    for (const [index, one] of items.slice(0, 4).entries()) {
      const { matte } = await matteOf(chain, one.picture)
      const apart = difference(valuesOf(together[index].matte), valuesOf(matte))
      if (!(apart.largest < worst.largest)) worst = apart
    }
    results.check(
      `a batch of ${batch} sizes beside its singles, mean / largest`,
      shownDifference(worst),
      `at most ${tolerance.mean} / ${tolerance.largest}`,
      worst.finite && worst.mean <= tolerance.mean && worst.largest <= tolerance.largest,
    )
    const callers = device === 'cpu' ? [1] : [1, 2]
    await measureGain(results, chain, square, options, { name: `${instances} instances`, callers, batch })
  } finally {
    await chain.dispose()
  }
}
