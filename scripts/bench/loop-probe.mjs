/**
 * Preloaded into a verb (`node --import`): watches the event loop's delay from here to the exit, and writes what it saw
 * to file descriptor 3. Delays are sliced by time, so that the longest one says when it was.
 */

import { writeSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'

const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()
await sleep(1000)
const idle = delay.percentile(99) / 1e6
delay.reset()

const began = performance.now()
let longest = 0
let at = 0
const look = () => {
  const slice = delay.max / 1e6
  if (slice > longest) [longest, at] = [slice, (performance.now() - began) / 1000]
  delay.reset()
}
setInterval(look, 50).unref()
process.on('exit', () => {
  look()
  const seconds = (performance.now() - began) / 1000
  writeSync(3, JSON.stringify({ idle, longest, at, seconds }))
})
