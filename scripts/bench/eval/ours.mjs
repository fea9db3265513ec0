/**
 * Our side of the bench of eval, warm over all rounds: each message, a list of names, is answered by the seconds that
 * their pairs took, the peak RSS so far, and mean scores. `ours.mjs FOLDER`.
 */

import { join } from 'node:path'
import { evaluate, findPairs, readyPredictions, Summary } from '../../../dist/eval/index.js'

const folder = process.argv[2]
const { pairs } = await findPairs({ truths: join(folder, 'gt'), predictions: join(folder, 'pred') })

process.on('message', async (names) => {
  const wanted = new Set(names)
  const began = performance.now()
  const summary = new Summary()
  for await (const result of evaluate(
    pairs.filter(({ name }) => wanted.has(`${name}.png`)),
    { kind: 'masks', predict: readyPredictions },
  )) {
    if (result.error) throw result.error
    summary.add(result)
  }
  const seconds = (performance.now() - began) / 1000
  process.send({ seconds, peak: process.resourceUsage().maxRSS * 1024, scores: summary.figures().scores })
})
