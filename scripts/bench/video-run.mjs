/**
 * One round of the bench of video, on the fake engine at 4 ms a frame, each in a process of its own:
 * `node --conditions=pdfnet-test --expose-gc video-run.mjs rates|memory CLIP FOLDER` prints JSON.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Decoder } from '../../dist/video/decode.js'
import { Encoder } from '../../dist/video/encode.js'
import { chooseCodec } from '../../dist/video/codecs.js'
import { findPrograms, matteVideo, openPicture, probeVideo, resolveVideoLimits } from '../../dist/video/index.js'
import { fakeMatting } from './fake-matting.mjs'

/** What is written, and the codec as it is chosen: one opaque, one with alpha. */
const kinds = {
  composite: { name: 'out.mp4', kind: 'composite', options: { background: '#00b140' }, encoder: 'libx264' },
  qtrle: { name: 'out.mov', kind: 'cutout', options: { codec: 'qtrle' }, encoder: 'qtrle' },
}

/** Frames that are kept to feed an encoder alone: forth and back, so that it sees the motion of the clip. */
const kept = 24

const [mode, clip, folder] = process.argv.slice(2)
const { matting, close } = await fakeMatting(4)
const programs = await findPrograms()
const limits = resolveVideoLimits()
const info = await probeVideo(programs, clip, limits)
console.log(JSON.stringify(mode === 'memory' ? await memory() : await rates()))
await close()

/** Of each stage alone, over the same pipes, and of file to file: frames a second, and milliseconds of CPU a frame. */
async function rates() {
  const result = {}
  const before = process.memoryUsage.rss()
  for (const [key, { name, options }] of Object.entries(kinds)) {
    let most = before
    const onProgress = () => (most = Math.max(most, process.memoryUsage.rss()))
    const whole = () => matteVideo(matting, clip, join(folder, name), { ...options, onProgress })
    result[key] = { ...(await timed(async () => (await whole()).frames)), memory: (most - before) / 2 ** 20 }
  }
  result.decode = await timed(async () => {
    let frames = 0
    const decoder = newDecoder()
    for await (const frame of decoder.frames()) {
      decoder.recycle(frame)
      frames += 1
    }
    return frames
  })
  for (const [key, kind] of Object.entries(kinds)) {
    const samples = await samplesOf(kind)
    result[`${key}Encode`] = await timed(() => encode(kind, samples))
  }
  return result
}

async function timed(work) {
  const [began, cpu] = [performance.now(), cpuSeconds()]
  const frames = await work()
  const seconds = (performance.now() - began) / 1000
  return { rate: frames / seconds, cpu: ((cpuSeconds() - cpu) * 1000) / frames }
}

/** Of this process, its threads, and its children that have ended. */
function cpuSeconds() {
  const fields = readFileSync('/proc/self/stat', 'latin1').split(') ').at(-1).split(' ')
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100
}

function newDecoder() {
  return new Decoder(programs, info, { limits })
}

async function samplesOf({ kind, options }) {
  const above = { programs, info, output: undefined, options: { limits } }
  const picture = await openPicture(kind, options.background, above)
  const decoder = newDecoder()
  const data = []
  for await (const frame of matting.frames(decoder.frames())) {
    if (data.push((await picture.of(frame, 0)).slice()) === kept) break
  }
  await picture.close()
  return { data, pixels: picture.pixels }
}

async function encode({ name, options, encoder }, { data, pixels }) {
  const codec = chooseCodec(name, options.codec)
  const encoding = { codec, encoder, pixels, ticks: info.timeBase, output: join(folder, `alone-${name}`) }
  const writer = new Encoder(programs, info, encoding, 0, limits.stall)
  const ticks = (info.timeBase.den * info.frameRate.den) / (info.timeBase.num * info.frameRate.num)
  for (let index = 0; index < info.frames; index++) {
    const turn = index % (2 * kept - 2)
    await writer.write(data[Math.min(turn, 2 * kept - 2 - turn)], index * ticks)
  }
  await writer.finish()
  return info.frames
}

/** Megabytes after gc(), the median of the second tenth of the frames and of the last one. */
async function memory() {
  const samples = []
  const watched = {
    async *frames(source, options) {
      for await (const frame of matting.frames(source, options)) {
        yield frame
        if (frame.index % 50 !== 0) continue
        globalThis.gc()
        samples.push(process.memoryUsage.rss())
      }
    },
  }
  const { frames } = await matteVideo(watched, clip, join(folder, 'long.mp4'), { background: '#00b140' })
  const tenth = (index) => {
    const part = samples.slice((index * samples.length) / 10, ((index + 1) * samples.length) / 10)
    return part.sort((a, b) => a - b)[part.length >> 1] / 2 ** 20
  }
  return { frames, early: tenth(1), late: tenth(9) }
}
