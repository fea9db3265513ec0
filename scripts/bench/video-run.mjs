/**
 * One round of the bench of video, on the fake engine: `node --conditions=pdfnet-test video-run.mjs CLIP FOLDER` prints
 * frames a second, and megabytes of memory, as JSON.
 */

import { join } from 'node:path'
import { matteVideo } from '../../dist/video/index.js'
import { fakeMatting } from './fake-matting.mjs'

const [clip, folder] = process.argv.slice(2)
const { matting, close } = await fakeMatting(4)
const before = process.memoryUsage.rss()
let most = before
const onProgress = () => (most = Math.max(most, process.memoryUsage.rss()))
const rate = async (name, options) =>
  (await matteVideo(matting, clip, join(folder, name), { ...options, onProgress })).framesPerSecond
const composite = await rate('out.mp4', { background: '#00b140' })
const qtrle = await rate('out.mov', { codec: 'qtrle' })
console.log(JSON.stringify({ composite, qtrle, memory: (most - before) / 2 ** 20 }))
await close()
