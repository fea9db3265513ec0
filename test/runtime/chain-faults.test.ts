/** Whatever fails in a chain, exactly the pictures of that batch reject, with its code. */

import test from 'ava'
import { Chain, Queue, type ChainItem, type ChainResult, type ChainStage } from '#dist/runtime/index.js'
import { codes, failInTurn, outcomeOf, stages } from '../native/faults.js'

const stagesOfChain: readonly ChainStage[] = [
  { name: 'pre', path: '/pre', from: {} },
  { name: 'core', path: '/core', from: { image: 'pre/input' } },
  { name: 'core-2', path: '/core-2', from: { image: 'pre/input' } },
  ...['uint8', 'uint16', 'float32'].map((type) => ({
    name: `post-${type}`,
    path: `/post-${type}`,
    from: { alpha: 'core/logit' },
  })),
]

// Each graph adds one to the first number of its first input, and repeats it.
const settings = {
  ...{ scale: '1', offset: '1' },
  ...{ 'pre.inputs': 'image:uint8:-1,-1,3', 'pre.outputs': 'input:float32:1,1,8,8' },
  ...{ 'core.inputs': 'image:float32:1,1,8,8', 'core.outputs': 'logit:float32:1,1,8,8' },
  ...{ 'core-2.inputs': 'image:float32:2,1,8,8', 'core-2.outputs': 'logit:float32:2,1,8,8' },
  ...{ 'post-uint8.inputs': 'alpha:float32:1,1,8,8', 'post-uint8.outputs': 'matte:uint8:-1,-1' },
  ...{ 'post-uint16.inputs': 'alpha:float32:1,1,8,8', 'post-uint16.outputs': 'matte:uint8:-1,-1,2' },
  ...{ 'post-float32.inputs': 'alpha:float32:1,1,8,8', 'post-float32.outputs': 'matte:float32:-1,-1' },
}

/** Larger than the one before it, so that the device needs more memory. */
function picture(number: number): ChainItem {
  const side = 8 * number
  return { picture: { width: side, height: side, data: new Uint8Array(side * side * 3).fill(number) }, type: 'uint8' }
}

async function matte(queue: Queue<ChainItem, ChainResult>, number: number): Promise<void> {
  const { matte, batch } = await queue.run(picture(number))
  if (batch !== 2 || matte.data.some((value) => value !== number + 3)) throw new Error('wrong matte')
}

for (const stage of stages) {
  // Copies, marks and memory are the stream's, which is the first model's.
  const model = ['bind', 'enqueue', 'wait'].includes(stage) ? 'core-2' : 'pre'
  for (const code of codes) {
    test(`Of three batches of pictures the one that fails at ${stage} rejects with ${code}`, (t) =>
      failInTurn(t, code, async (nth, gpu) => {
        const failing = { [`${model}.fail_at`]: stage, [`${model}.fail_nth`]: nth, [`${model}.fail_code`]: code }
        const options = { engine: 'fake', library: '/none', instances: 1, threads: 0, gpu } as const
        const chain = await Chain.open(stagesOfChain, { ...options, settings: { ...settings, ...failing } })
        const queue = new Queue<ChainItem, ChainResult>((members) => chain.run(members.map(({ item }) => item)), {
          concurrency: 1,
          capacity: 8,
          sizes: chain.sizes,
        })
        const outcomes = await Promise.all([1, 2, 3, 4, 5, 6].map((number) => outcomeOf(matte(queue, number))))
        const failed = outcomes.some((outcome) => outcome !== 'done')
        // Where none failed, a later one could.
        const later = failed ? [7, 8].map((number) => outcomeOf(matte(queue, number))) : []
        const [after = 'done'] = await Promise.all(later)
        await queue.close()
        await chain.dispose()
        return { units: [outcomes.slice(0, 2), outcomes.slice(2, 4), outcomes.slice(4)], after }
      }))
  }
}
