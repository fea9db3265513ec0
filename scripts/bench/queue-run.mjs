/**
 * One round of the bench of the queue, on the fake engine: `node --conditions=pdfnet-test queue-run.mjs` prints its
 * figures as JSON.
 */

import { randomFill } from 'node:crypto'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { addon } from '../../dist/native.js'
import { alone, Metrics, Queue, turnOf } from '../../dist/runtime/index.js'
import { median } from './statistics.mjs'

const picture = 3 * 2 ** 20
let tickets = 0

console.log(
  JSON.stringify({
    copied: await overhead('copied', picture),
    slot: await overhead('slot', picture),
    smallSlot: await overhead('slot', 4096),
    sleeping: await overhead('slot', 4096, 1),
    node: await overheadOfNode(),
    loop: await loopDelay(),
    share: await throughput(),
    waiting: await longQueue(),
    metrics: recordTime(),
  }),
)

/** A session of `bytes` in and one byte out, with a queue before it. */
async function open(bytes, { instances = 1, ahead = 0, delay = 0, capacity = 10_000 }) {
  const settings = { inputs: `x:uint8:${bytes}`, outputs: 'y:uint8:1', delay_ms: `${delay}` }
  const options = { engine: 'fake', library: '/none', models: ['/none'], instances, threads: 0, settings }
  const session = await addon().open(options, ++tickets)
  const infer = ({ item: data }) => {
    const inputs = [{ name: 'x', shape: [bytes], data }]
    const outputs = [{ name: 'y', shape: [1], data: new Uint8Array(1) }]
    return session.run([{ model: 0, inputs, outputs }], ++tickets)
  }
  return { session, queue: new Queue(alone(infer), { concurrency: instances, ahead, capacity }) }
}

async function close({ session, queue }) {
  await queue.close()
  await session.dispose()
}

/**
 * Median microseconds of a run, one after the other, of an engine that only copies, or sleeps besides for `delay`
 * milliseconds; and those of the engine itself.
 */
async function overhead(kind, bytes, delay = 0) {
  const opened = await open(bytes, { delay })
  const { session, queue } = opened
  const own = new Uint8Array(bytes).fill(1)
  const times = []
  for (let run = 0; run < 3000; run++) {
    const began = performance.now()
    const data = kind === 'slot' ? session.slot(bytes) : own
    // Pages that were never written are all one page, which is read much faster.
    if (run < 10) data.fill(1)
    const [, , copyIn, compute] = await queue.run(data)
    const whole = performance.now() - began
    // From a slot the device reads by itself: that is the engine's time.
    const engine = kind === 'slot' ? copyIn + compute : compute
    times.push({ whole: whole * 1000, engine: engine * 1000, copy: copyIn * 1000 })
  }
  await close(opened)
  const counted = times.slice(500)
  const middle = (of) => median(counted.map((time) => time[of]))
  return { whole: middle('whole'), engine: middle('engine'), copy: middle('copy') }
}

/** Median microseconds in which Node hands a byte's work to a thread of its own, and its end back. */
async function overheadOfNode() {
  const [byte, fill] = [Buffer.alloc(1), promisify(randomFill)]
  const times = []
  for (let run = 0; run < 3000; run++) {
    const began = performance.now()
    await fill(byte)
    times.push((performance.now() - began) * 1000)
  }
  return median(times.slice(500))
}

/** p99 of the loop's delay, beyond that of the idle loop, with 2,000 runs a second of 4 KiB each, in milliseconds. */
async function loopDelay() {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  await sleep(2000)
  const idle = delay.percentile(99) / 1e6
  const opened = await open(4096, { instances: 2 })
  const runs = []
  delay.reset()
  const [began, rate] = [performance.now(), 2]
  while (runs.length < 8000) {
    const due = Math.floor((performance.now() - began) * rate)
    while (runs.length < due) runs.push(opened.queue.run(new Uint8Array(4096)))
    await sleep(1)
  }
  const loaded = delay.percentile(99) / 1e6
  delay.disable()
  await Promise.all(runs)
  await close(opened)
  return { idle, loaded, rate: (runs.length / (performance.now() - began)) * 1000 }
}

/**
 * 64 callers, 4 instances, 5 ms of compute: the share of the time in which the instances compute, as on the CPU device,
 * and as on a GPU, where a batch waits at the device.
 */
async function throughput() {
  const [callers, instances, delay, count] = [64, 4, 5, 50]
  const share = async (ahead) => {
    const opened = await open(4096, { instances, ahead, delay })
    let computing = 0
    const began = performance.now()
    const caller = async () => {
      for (let run = 0; run < count; run++) {
        const [, , , compute] = await opened.queue.run(new Uint8Array(4096))
        computing += compute
      }
    }
    await Promise.all(Array.from({ length: callers }, caller))
    const wall = performance.now() - began
    await close(opened)
    return computing / instances / wall
  }
  return { plain: await share(0), ahead: await share(1) }
}

/** Microseconds a run that comes, waits behind 100,000 others and goes through, with a deadline and without. */
async function longQueue() {
  const count = 100_000
  const time = async (turn) => {
    const queue = new Queue(
      alone(() => Promise.resolve()),
      { concurrency: 1, capacity: count },
    )
    const began = performance.now()
    await Promise.all(Array.from({ length: count }, () => queue.run(0, turn())))
    return ((performance.now() - began) * 1000) / count
  }
  const signal = new AbortController().signal
  return {
    plain: await time(() => turnOf()),
    full: await time(() => turnOf({ deadline: 1e6 * (1 + Math.random()), signal })),
  }
}

/** Nanoseconds to record a run of seven stages and its batch. */
function recordTime() {
  const metrics = new Metrics()
  const count = 300_000
  const record = () => {
    const began = performance.now()
    for (let run = 0; run < count; run++) {
      const wander = (run % 101) / 100
      metrics.ran({ decode: 9 * wander, queued: wander, pre: 0.2, depth: 3, core: 11 + wander, post: 0.3, total: 20 })
      metrics.ranBatch(1, 3e6, 1e6)
    }
    return ((performance.now() - began) * 1e6) / count
  }
  record()
  return record()
}
