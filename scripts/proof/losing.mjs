/** A process whose CUDA context is lost under its runs: started by lost.mjs. Says what rejects, and ends well. */

import { writeFileSync } from 'node:fs'
import { openModels } from './device.mjs'
import { smallModel } from './small-graph.mjs'
import { start } from './small-run.mjs'

const model = await smallModel('tensorrt')
const session = await openModels([model], { device: 'tensorrt' })
await start(session)
writeFileSync(process.argv[2], '')
const codeOf = (work) =>
  work.then(
    () => 'none',
    (error) => error.code ?? error.message,
  )
let code = 'none'
for (const until = performance.now() + 20_000; code === 'none' && performance.now() < until;) {
  code = await codeOf(start(session))
}
const another = await codeOf(start(session))
const opening = await codeOf(openModels([model], { device: 'tensorrt' }))
await session.dispose()
console.log(`runs: ${code}; another: ${another}; an opening: ${opening}`)
