/** IS-Net in batches: whether a batch equals its singles, and what it gains. */

import { loadRecipe } from '../../dist/models/index.js'
import { buildModel, matteOf, openStages, reportPlans } from './chains.mjs'
import { difference, shownDifference, valuesOf } from './compare.mjs'
import { effort, engineOf } from './device.mjs'
import { picture } from './pictures.mjs'
import { measureGain } from './speed.mjs'

const { tolerance } = loadRecipe('isnet')

export async function prove(results, options) {
  await engineOf(options.device)
  const batch = 4
  const { device } = options
  const { stages } = await buildModel(results, { device, model: 'isnet', batch })
  reportPlans(
    results,
    stages.filter(({ name }) => name.startsWith('core-')),
  )
  const chain = await openStages(stages, { device, instances: 2 })
  try {
    const pictures = await Promise.all(
      [['astronaut.png'], ['rocket.jpg'], ['coffee.png'], ['chelsea.png']].map(([name]) => picture(name)),
    )
    const together = await chain.run(pictures.map((one) => ({ picture: one, type: 'float32' })))
    let worst = { mean: 0, largest: 0 }
    for (const [index, one] of pictures.entries()) {
      const alone = await matteOf(chain, one)
      const apart = difference(valuesOf(together[index].matte), valuesOf(alone.matte))
      if (apart.largest >= worst.largest) worst = apart
    }
    results.check(
      `a batch of ${batch} sizes beside its singles, mean / largest`,
      shownDifference(worst),
      `at most ${tolerance.mean} / ${tolerance.largest}`,
      worst.mean <= tolerance.mean && worst.largest <= tolerance.largest,
    )
    const square = await picture('astronaut.png', 1024, 1024)
    if (effort(options).count > 2) {
      await measureGain(results, chain, square, options, { name: '2 instances', callers: [1, 2, 4], batch })
    }
  } finally {
    await chain.dispose()
  }
}
