/**
 * One round of the bench of video, on the fake engine: `node --conditions=pdfnet-test video-run.mjs CLIP FOLDER` prints
 * frames a second, and megabytes of memory, as JSON.
 */

import { join } from 'node:path'
import { framesOf } from '../../dist/matting/frames.js'
import { Schedule } from '../../dist/matting/schedule.js'
import { Chain } from '../../dist/runtime/index.js'
import { matteVideo } from '../../dist/video/index.js'

const [clip, folder] = process.argv.slice(2)
const core = 'float32:1,1,8,8'
const stages = [
  { name: 'pre', path: '/pre', from: {} },
  { name: 'core', path: '/core', from: { image: 'pre/input' } },
  ...['uint8', 'uint16', 'float32'].map((type) => ({
    name: `post-${type}`,
    path: `/post-${type}`,
    from: { alpha: 'core/logit' },
  })),
]
const settings = {
  ...{ scale: '1', offset: '1', 'core.delay_ms': '4' },
  ...{ 'pre.inputs': 'image:uint8:-1,-1,3', 'pre.outputs': `input:${core}` },
  ...{ 'core.inputs': `image:${core}`, 'core.outputs': `logit:${core}` },
}
for (const [type, output] of [
  ['uint8', 'uint8:-1,-1'],
  ['uint16', 'uint8:-1,-1,2'],
  ['float32', 'float32:-1,-1'],
]) {
  settings[`post-${type}.inputs`] = `alpha:${core}`
  settings[`post-${type}.outputs`] = `matte:${output}`
}

const chain = await Chain.open(stages, { engine: 'fake', library: '/none', instances: 1, threads: 0, settings })
const schedule = new Schedule(chain, { concurrency: 1, capacity: 100 })
const matting = { frames: (source, options) => framesOf(source, schedule, options) }
const before = process.memoryUsage.rss()
let most = before
const onProgress = () => (most = Math.max(most, process.memoryUsage.rss()))
const rate = async (name, options) =>
  (await matteVideo(matting, clip, join(folder, name), { ...options, onProgress })).framesPerSecond
const composite = await rate('out.mp4', { background: '#00b140' })
const qtrle = await rate('out.mov', { codec: 'qtrle' })
console.log(JSON.stringify({ composite, qtrle, memory: (most - before) / 2 ** 20 }))
await schedule.close()
await chain.dispose()
