/**
 * One round of the bench of folders, on the fake engine: `node --conditions=pdfnet-test --expose-gc folders-run.mjs
 * pace|many FOLDER` makes pictures in a new folder, and prints how they were matted as JSON.
 */

import { link, mkdir } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { BatchRecord, matteAll, picturesInFlight, planJobs, SummaryCounter } from '../../dist/batch/index.js'
import { matteOf } from '../../dist/matting/pass.js'
import { Schedule } from '../../dist/matting/schedule.js'
import { Chain } from '../../dist/runtime/index.js'
import { median } from './statistics.mjs'

const photo = 'test/fixtures/photos/coffee.png'
const [what, folder] = process.argv.slice(2)
const runs = { pace, many }
console.log(JSON.stringify(await runs[what]()))

async function pace() {
  await makePictures(60, 1920, 1080)
  return matteFolder({ delay: 500, kind: 'cutout' })
}

async function many() {
  const count = 10_000
  await makePictures(count, 64, 64)
  const sizes = []
  const each = (ended) => {
    if (ended % 50 !== 0) return
    globalThis.gc()
    sizes.push(process.memoryUsage.rss() / 2 ** 20)
  }
  const { rate } = await matteFolder({ delay: 0, kind: 'alpha', each })
  const tenth = sizes.length / 10
  const growth = median(sizes.slice(-tenth)) - median(sizes.slice(tenth, 2 * tenth))
  const { seconds, skipped } = await matteFolder({ delay: 0, kind: 'alpha' })
  if (skipped !== count) throw new Error(`${skipped} of ${count} were known to be done`)
  return { rate, growth, again: seconds }
}

/** One picture under many names. */
async function makePictures(count, width, height) {
  await mkdir(join(folder, 'in'), { recursive: true })
  const first = join(folder, 'in/0.jpg')
  await sharp(photo).resize(width, height).jpeg({ quality: 90 }).toFile(first)
  for (let index = 1; index < count; index++) {
    const below = join(folder, 'in', `${Math.floor(index / 1000)}`)
    if (index % 1000 < 2) await mkdir(below, { recursive: true })
    await link(first, join(below, `${index}.jpg`))
  }
}

/** The summary, and pictures a second from the first call to the last file. */
async function matteFolder({ delay, kind, each = () => undefined }) {
  const { chain, schedule, matting } = await openFake(delay)
  const output = join(folder, 'out')
  const { jobs } = await planJobs([join(folder, 'in')], { kinds: [kind], output })
  const record = await BatchRecord.open(output, { kind })
  const counter = new SummaryCounter()
  for await (const report of matteAll(matting, jobs, { inFlight: picturesInFlight({}), record })) {
    if (report.error) throw report.error
    counter.count(report)
    each(counter.ended)
  }
  const summary = counter.summary(schedule.metrics(), 1, 0)
  await record.close()
  await schedule.close()
  await chain.dispose()
  return { ...summary, rate: summary.picturesPerSecond }
}

async function openFake(delay) {
  const core = 'float32:1,1,8,8'
  const post = { uint8: 'uint8:-1,-1', uint16: 'uint8:-1,-1,2', float32: 'float32:-1,-1' }
  const stages = [
    { name: 'pre', path: '/pre', from: {} },
    { name: 'core', path: '/core', from: { image: 'pre/input' } },
  ]
  const settings = {
    ...{ scale: '1', offset: '1', 'core.delay_ms': `${delay}` },
    ...{ 'pre.inputs': 'image:uint8:-1,-1,3', 'pre.outputs': `input:${core}` },
    ...{ 'core.inputs': `image:${core}`, 'core.outputs': `logit:${core}` },
  }
  for (const [type, output] of Object.entries(post)) {
    stages.push({ name: `post-${type}`, path: `/post-${type}`, from: { alpha: 'core/logit' } })
    settings[`post-${type}.inputs`] = `alpha:${core}`
    settings[`post-${type}.outputs`] = `matte:${output}`
  }
  const chain = await Chain.open(stages, { engine: 'fake', library: '/none', instances: 1, threads: 0, settings })
  const schedule = new Schedule(chain, { concurrency: 1, capacity: 100, working: availableParallelism() })
  const sizes = { input: { width: 8, height: 8 }, largest: 8192 }
  const matte = (input, options, use) => {
    const pass = (infer, _, admit) => matteOf(input, infer, sizes, options, admit)
    return schedule.run(pass, options, use)
  }
  return { chain, schedule, matting: { matte } }
}
