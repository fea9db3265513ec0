/** What a chain of engines needs of the GPU is known before it is opened, and kept to. */

import test from 'ava'
import { checkMemory, defaultConcurrency, estimateMemory, parseMemory } from '#dist/matting/memory.js'
import type { ModelEngines } from '#dist/matting/engines.js'

const tensor = (name: string, channels: number) => ({ name, dtype: 'float32', dims: [2, channels, 1000, 1000] })
const plan = (name: string, bytes: number, activationBytes: number) => ({
  name,
  record: { plan: { bytes }, activationBytes },
})
const engines = {
  prepared: {
    manifest: {
      graphs: [{ name: 'core', inputs: [tensor('image', 3), tensor('depth', 1)], outputs: [tensor('logit', 1)] }],
    },
  },
  plans: [plan('pre', 0, 30e6), plan('depth', 700e6, 2000e6), plan('core', 300e6, 680e6)],
} as unknown as ModelEngines

test('Weights count once, activations and what passes between engines for each inference', (t) => {
  const one = estimateMemory(engines, 1)
  const three = estimateMemory(engines, 3)
  t.is(Math.round((three - one) / 2), 680e6 + 2 * 5 * 1000 * 1000 * 4)
  t.is(one, 500e6 + 1000e6 + 680e6 + 40e6)
})

test('Engines that need more than the budget are refused, with both figures', (t) => {
  t.is(checkMemory([engines], 1, 2.3e9), estimateMemory(engines, 1))
  const error = t.throws(() => checkMemory([engines], 4, 2.3e9), { code: 'ERR_GPU_MEMORY' })
  t.is(error.message, "the engines need about 4.38 GB of the GPU's memory, and may have 2.30 GB")
})

test('Two inferences run at the same time on a GPU that has the memory, elsewhere one', (t) => {
  const both = estimateMemory(engines, 2)
  t.is(defaultConcurrency([engines], both), 2)
  t.is(defaultConcurrency([engines], both - 1), 1)
  t.is(defaultConcurrency([engines], undefined), 1)
})

test('An amount of memory is a number of bytes, or a number with its unit', (t) => {
  t.is(parseMemory('6GB'), 6e9)
  t.is(parseMemory('1.5 GB'), 1.5e9)
  t.is(parseMemory('512MB'), 512e6)
  t.is(parseMemory(1024), 1024)
  for (const wrong of ['', '6gb', '-1GB', 'GB', '6 TB']) t.is(parseMemory(wrong), undefined)
  for (const wrong of [0, -1, 1.5, NaN]) t.is(parseMemory(wrong), undefined)
})
