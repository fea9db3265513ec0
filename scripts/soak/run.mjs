/**
 * One soak on the fake engine: `node --conditions=pdfnet-test --expose-gc scripts/soak/run.mjs NAME TIMES SAMPLES`
 * prints its seconds, and the medians of RSS in its second tenth and in its last, of so many samples each, as JSON.
 */

import { setImmediate as turn } from 'node:timers/promises'
import { alone, Queue, Session } from '../../dist/runtime/index.js'
import { median } from '../bench/statistics.mjs'

/** Runs that are in flight together: one computes, the others wait in the queue. */
const together = 4

const soaks = { small: (times) => runs(4096, times), large: (times) => runs(3 * 2 ** 20, times), openings }

const [name, times, samples] = process.argv.slice(2)
console.log(JSON.stringify(await soaks[name](Number(times))))

function open(bytes) {
  const settings = { inputs: `x:uint8:${bytes}`, outputs: `y:uint8:${bytes === 4096 ? bytes : 1}` }
  return Session.open({ engine: 'fake', library: '/none', models: ['/none'], instances: 1, threads: 0, settings })
}

/** Every other run reads a slot and writes another; the rest are copied from and to memory of their own. */
async function runs(bytes, times) {
  const session = await open(bytes)
  const [{ outputs }] = session.models
  const written = outputs[0].shape[0]
  const queue = new Queue(
    alone(({ item: { input, output } }) =>
      session.run([
        {
          model: 0,
          inputs: [{ name: 'x', shape: [bytes], data: input }],
          outputs: [{ name: 'y', shape: [written], data: output }],
        },
      ]),
    ),
    { concurrency: 1, capacity: together },
  )
  const memory = (index, size) => (index % 2 === 0 ? session.slot(size) : new Uint8Array(size))
  const result = await watch(times / together, () =>
    Promise.all(
      Array.from({ length: together }, (_, index) =>
        queue.run({ input: memory(index, bytes), output: memory(index, written) }),
      ),
    ),
  )
  await queue.close()
  await session.dispose()
  return result
}

/** Each with a run, so that all that is made at the first one comes and goes too. */
function openings(times) {
  return watch(times, async () => {
    const session = await open(4096)
    const [data, result] = [session.slot(4096), new Uint8Array(4096)]
    await session.run([
      {
        model: 0,
        inputs: [{ name: 'x', shape: [4096], data }],
        outputs: [{ name: 'y', shape: [4096], data: result }],
      },
    ])
    await session.dispose()
  })
}

async function watch(times, work) {
  const began = performance.now()
  const tenths = []
  for (let tenth = 0; tenth < 10; tenth++) {
    const sizes = []
    const count = Math.round(times / 10)
    for (let done = 1; done <= count; done++) {
      await work()
      if (done % Math.max(1, Math.floor(count / Number(samples))) === 0) sizes.push(await resident())
    }
    tenths.push(median(sizes))
  }
  return { seconds: (performance.now() - began) / 1000, early: tenths[1], late: tenths.at(-1) }
}

/** After a collection, and the finalizers that it left to the event loop. */
async function resident() {
  globalThis.gc()
  await turn()
  return process.memoryUsage.rss()
}
