/**
 * One round of the bench of live video, on the fake engine: `node --conditions=pdfnet-test live-run.mjs CLIP OUTPUT`
 * prints the report, and the event loop's delay idle and under way, as JSON.
 */

import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { openLive } from '../../dist/live/index.js'
import { fakeMatting } from './fake-matting.mjs'

const [input, output] = process.argv.slice(2)
const { matting, close } = await fakeMatting(25)

const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()
await sleep(1000)
const idle = delay.percentile(99) / 1e6

const live = await openLive({ input, output, mattings: [matting], background: '#00b140' })
// What is opened and started at first is not what goes on.
await sleep(1500)
delay.reset()
const early = live.report()
await live.ended
const delayed = delay.percentile(99) / 1e6
const { frames, seconds, latency } = live.report()
const rate = (name) => (frames[name] - early.frames[name]) / (seconds - early.seconds)
console.log(JSON.stringify({ written: rate('written'), arrived: rate('arrived'), ...latency, delay: delayed - idle }))
await close()
