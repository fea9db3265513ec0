/**
 * One picture's matte on the fake engine: `node --conditions=pdfnet-test --expose-gc detail-run.mjs PICTURE OPTIONS`
 * prints the memory that it took and the event loop's delay as JSON.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { matteOf } from '../../dist/matting/pass.js'
import { Schedule } from '../../dist/matting/schedule.js'
import { Chain } from '../../dist/runtime/index.js'

const [picture, asked] = process.argv.slice(2)
// A PNG of 16 bits and 24 megapixels has more bytes than are taken by default.
const options = { ...JSON.parse(asked), limits: { bytes: 2 ** 28 } }
const sizes = { input: { width: 1024, height: 1024 }, largest: 8192 }
const core = 'float32:1,1,8,8'
const outputs = { uint8: 'uint8:-1,-1', uint16: 'uint8:-1,-1,2', float32: 'float32:-1,-1' }

const chain = await openFake()
const schedule = new Schedule(chain, { concurrency: 1, capacity: 100 })
let inferences = 0

await matte({ data: new Uint8Array(3 * 1200 * 1200), width: 1200, height: 1200, channels: 3 })
globalThis.gc()
const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()
await sleep(1000)
const idle = delay.percentile(99) / 1e6
// The largest resident set begins anew from what is there now.
writeFileSync('/proc/self/clear_refs', '5')
const before = memory('VmRSS')
inferences = 0
delay.reset()
const { width, height } = await matte(picture)
const longest = delay.max / 1e6
// The fake has its copies of the picture and the matte in main memory, where a GPU has them in its own.
const device = width * height * (3 + (options.detail === 'off' ? 1 : 2))
const bytes = memory('VmHWM') - before - device
console.log(JSON.stringify({ bytes, idle, longest, tiles: inferences - (options.augment ? 2 : 1) }))
await schedule.close()
await chain.dispose()

function matte(input) {
  return schedule.run((infer) => {
    const counted = (item, signal) => (inferences++, infer(item, signal))
    return matteOf(input, counted, sizes, options)
  }, options)
}

function memory(name) {
  return 1024 * Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))[1])
}

/** Every byte of a matte is 128, and so a half in 8 and in 16 bits. */
async function openFake() {
  const settings = {
    ...{ scale: '0', offset: '128' },
    ...{ 'pre.inputs': 'image:uint8:-1,-1,3', 'pre.outputs': `input:${core}` },
    ...{ 'core.inputs': `image:${core}`, 'core.outputs': `logit:${core}` },
  }
  const stages = [
    { name: 'pre', path: '/pre', from: {} },
    { name: 'core', path: '/core', from: { image: 'pre/input' } },
  ]
  for (const [type, output] of Object.entries(outputs)) {
    stages.push({ name: `post-${type}`, path: `/post-${type}`, from: { alpha: 'core/logit' } })
    settings[`post-${type}.inputs`] = `alpha:${core}`
    settings[`post-${type}.outputs`] = `matte:${output}`
  }
  return Chain.open(stages, { engine: 'fake', library: '/none', instances: 1, threads: 0, settings })
}
