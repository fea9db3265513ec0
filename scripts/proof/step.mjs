/** One step of the GPU proof in a process of its own: started by proof-gpu.mjs. */

import { parseArgs } from 'node:util'
import { Results } from './results.mjs'
import { Skipped } from './skipped.mjs'

const { values: options } = parseArgs({
  options: Object.fromEntries(['step', 'out', 'device', 'scale', 'authors'].map((name) => [name, { type: 'string' }])),
})
const results = new Results(options.out, options.step)
try {
  const { prove } = await import(`./${options.step}.mjs`)
  await prove(results, options)
} catch (error) {
  if (error instanceof Skipped) results.skip(error.message)
  else {
    results.fail(error)
    console.error(error)
  }
}
// What a failed step left open does not keep the next one waiting.
process.exit()
