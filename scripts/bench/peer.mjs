/**
 * One library in a process of its own: `peer.mjs ADAPTER [ARGUMENT]`. The adapter's `open(argument)` gives a function
 * that cuts one picture file out into a PNG file. Each message `{ input, output }` is answered by what that picture cost.
 */

import { readFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'

const delay = monitorEventLoopDelay({ resolution: 1 })
const milliseconds = (nanoseconds) => nanoseconds / 1e6

/** What the histogram shows of a loop that does nothing: its resolution, and what else the machine does. */
async function idleDelay() {
  delay.enable()
  await sleep(2000)
  delay.disable()
  return milliseconds(delay.percentile(99))
}

/** Bytes, from the kernel: `VmHWM` is the highest that the resident set has ever been. */
function memory(field) {
  return Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024
}

async function measure(work) {
  delay.reset()
  delay.enable()
  const start = performance.now()
  await work()
  const seconds = (performance.now() - start) / 1000
  // A delay is recorded when the loop comes round again.
  await sleep(20)
  delay.disable()
  const longest = milliseconds(delay.max)
  await sleep(1000)
  return { seconds, longest, steady: memory('VmRSS'), peak: memory('VmHWM') }
}

const [adapter, argument] = process.argv.slice(2)
const { open } = await import(adapter)
const idle = await idleDelay()
const opened = performance.now()
const cutOut = await open(argument)
process.send({ idle, opening: (performance.now() - opened) / 1000 })
process.on('message', async ({ input, output }) => process.send(await measure(() => cutOut(input, output))))
