/** A process that ends in the way that it is told while runs are under way: started by endings.mjs. */

import { openModels } from './device.mjs'
import { smallModel } from './small-graph.mjs'
import { start } from './small-run.mjs'

const [device, way] = process.argv.slice(2)
const session = await openModels([await smallModel(device)], { device, instances: 2 })
await start(session)
const runs = Promise.allSettled(Array.from({ length: 6 }, () => start(session)))
if (way === 'exit') process.exit(0)
if (way === 'throw') {
  setImmediate(() => {
    throw new Error('on purpose')
  })
}
if (way === 'dispose') {
  await session.dispose()
  await runs
}
