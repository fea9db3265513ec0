/** Folders: what is done is not done again, bad pictures stop nothing, and what is in flight ends. */

import { appendFile, copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import anyTest, { type TestFn } from 'ava'
import {
  BatchRecord,
  matteAll,
  picturesInFlight,
  planJobs,
  recordName,
  SummaryCounter,
  type BatchOptions,
  type BatchSummary,
  type PictureReport,
} from '#dist/batch/index.js'
import { RedMatting, redPicture } from './red-matting.js'

interface Context {
  folder: string
  /** Mattes the folder `in` into `out`, with a record, and says what became of it. */
  run: (options?: Partial<BatchOptions>, settings?: unknown) => Promise<Ran>
}

interface Ran extends BatchSummary {
  readonly matting: RedMatting
  readonly reports: readonly PictureReport[]
  readonly exitCode: number
}

const test = anyTest as TestFn<Context>

test.beforeEach(async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'batch-'))
  await mkdir(join(folder, 'in/deep'), { recursive: true })
  for (const red of [1, 2, 3, 4]) await writeFile(join(folder, `in/${red}.png`), await redPicture(red))
  await writeFile(join(folder, 'in/deep/5.png'), await redPicture(5))
  t.context.folder = folder
  t.context.run = async (options = {}, settings = 'as always') => {
    const matting = new RedMatting()
    const out = join(folder, 'out')
    const { jobs } = await planJobs([join(folder, 'in')], { kinds: ['alpha'], output: out })
    const record = await BatchRecord.open(out, settings)
    const counter = new SummaryCounter()
    const reports: PictureReport[] = []
    try {
      for await (const report of matteAll(matting, jobs, { inFlight: 2, record, ...options })) {
        counter.count(report)
        reports.push(report)
      }
    } finally {
      await record.close()
    }
    const summary = counter.summary(matting.metrics(), 1, jobs.length - counter.ended)
    return { ...summary, matting, reports, exitCode: counter.exitCode }
  }
})

test.afterEach.always((t) => rm(t.context.folder, { recursive: true }))

test('a folder that is done is not done again, and what is not done is', async (t) => {
  const { folder, run } = t.context
  t.like(await run(), { done: 5, skipped: 0, failed: 0, left: 0, exitCode: 0 })
  const again = await run()
  t.like(again, { done: 0, skipped: 5, failed: 0, left: 0, exitCode: 0 })
  t.is(again.bottleneck, undefined)
  t.deepEqual(again.matting.asked, [])
  t.true(again.reports.every(({ skipped, timings }) => skipped === true && timings === undefined))

  await rm(join(folder, 'out/2.png'))
  await writeFile(join(folder, 'in/3.png'), await redPicture(33))
  await writeFile(join(folder, 'in/deep/6.png'), await redPicture(6))
  const { matting } = await run()
  t.deepEqual(matting.asked.sort(), ['2.png', '3.png', 'deep/6.png'].map((name) => join(folder, 'in', name)).sort())
  t.like(await run(), { done: 0, skipped: 6 })
})

test('what was only touched or copied is known by its content, even of the same size and time', async (t) => {
  const { folder, run } = t.context
  await run()
  const path = join(folder, 'in/1.png')
  await copyFile(path, join(folder, 'copy'))
  await rm(path)
  await copyFile(join(folder, 'copy'), path)
  await utimes(join(folder, 'in/2.png'), 1, 1)
  t.like(await run(), { done: 0, skipped: 5 })

  // Another content in the same inode, of the same size, with its old time set again.
  const { mtime, size } = await stat(path)
  const bytes = await readFile(path)
  const end = bytes.indexOf('IEND') - 5
  bytes[end] = bytes[end]! ^ 1
  await writeFile(path, bytes)
  await utimes(path, mtime, mtime)
  t.is((await stat(path)).size, size)
  t.deepEqual((await run()).matting.asked, [path])
})

test('other settings, or a wish to, mat everything again; the old settings then do so too', async (t) => {
  const { run } = t.context
  await run()
  t.like(await run({}, { crop: 0.1 }), { done: 5, skipped: 0 })
  t.like(await run({}, { crop: 0.1 }), { done: 0, skipped: 5 })
  t.like(await run(), { done: 5 })
  t.like(await run({ again: true }), { done: 5, skipped: 0 })
})

test('a record whose last line is torn, or that holds other things, costs those lines alone', async (t) => {
  const { folder, run } = t.context
  await run()
  const path = join(folder, 'out', recordName)
  const whole = await readFile(path, 'utf8')
  await writeFile(path, `null\n[]\n{"outputs":3}\n\x00\n${whole.slice(0, -20)}`)
  t.like(await run(), { done: 1, skipped: 4 })
  t.like(await run(), { done: 0, skipped: 5 })
  await appendFile(path, '{"outputs":{"1.png":')
  t.like(await run(), { done: 0, skipped: 5 })
})

test('a record that cannot be kept is refused before any work', async (t) => {
  const { folder, run } = t.context
  await mkdir(join(folder, 'out', recordName), { recursive: true })
  await t.throwsAsync(run(), { code: 'ERR_OUTPUT_WRITE', message: /pdfnet-trt\.jsonl cannot be kept/ })
})

test('a bad picture stops nothing, is told by name, and is tried again the next time', async (t) => {
  const { folder, run } = t.context
  await writeFile(join(folder, 'in/2.png'), 'no picture')
  const ran = await run()
  t.like(ran, { done: 4, failed: 1, exitCode: 9 })
  t.like(
    ran.reports.find(({ error }) => error),
    { input: join(folder, 'in/2.png'), error: { code: 'ERR_INPUT_FORMAT' } },
  )
  t.like(await run(), { done: 0, skipped: 4, failed: 1 })
  await writeFile(join(folder, 'in/2.png'), await redPicture(2))
  t.like(await run(), { done: 1, skipped: 4, failed: 0 })
})

test('stopped, what is in flight ends with its results, the rest is left, and goes on the next time', async (t) => {
  const { folder, run } = t.context
  const stop = new AbortController()
  const matting = new RedMatting()
  matting.chain.milliseconds = 20
  const out = join(folder, 'out')
  const { jobs } = await planJobs([join(folder, 'in')], { kinds: ['alpha'], output: out })
  const record = await BatchRecord.open(out, 'as always')
  const reports: PictureReport[] = []
  for await (const report of matteAll(matting, jobs, { inFlight: 2, record, stop: stop.signal })) {
    reports.push(report)
    stop.abort()
  }
  await record.close()
  t.is(reports.length, 2)
  t.true(reports.every(({ error }) => error === undefined))
  t.is(matting.most, 2)
  t.is((await readdir(out)).filter((name) => name.endsWith('.png')).length, 2)
  t.like(await run(), { done: 3, skipped: 2, left: 0 })
})

test('aborted, nothing more is written, and nothing half-written is left', async (t) => {
  const { folder } = t.context
  const abort = new AbortController()
  const matting = new RedMatting()
  matting.chain.milliseconds = 2000
  const out = join(folder, 'out')
  const { jobs } = await planJobs([join(folder, 'in')], { kinds: ['alpha'], output: out })
  setTimeout(() => abort.abort(), 100)
  const error = await t.throwsAsync(
    async () => {
      for await (const { error } of matteAll(matting, jobs, { inFlight: 2, signal: abort.signal })) {
        t.is(error?.code, 'ERR_ABORTED')
      }
    },
    { code: 'ERR_ABORTED' },
  )
  t.truthy(error)
  t.deepEqual(await readdir(folder), ['in'])
})

test('the slowest stage is named, and its load is that of its places', async (t) => {
  const counter = new SummaryCounter()
  const timings = { queued: 9e6, decode: 1, copyIn: 0, pre: 1, core: 50, post: 1, copyOut: 0, encode: 3 }
  await new Promise((resolve) => setTimeout(resolve, 60))
  for (let picture = 0; picture < 2; picture++) counter.count({ input: '/a', outputs: {}, timings })
  const batches = { count: 1, sum: 2, min: 2, max: 2, p50: 2, p95: 2, p99: 2 }
  const { bottleneck, stages, seconds, picturesPerSecond } = counter.summary({ batches }, 1, 0)
  t.is(bottleneck, 'infer')
  t.true(Math.abs(stages['infer']!.busy - 0.052 / seconds) < 1e-9)
  t.is(picturesPerSecond, 2 / seconds)
})

test('as many pictures are in flight as keep the engines busy, whatever the folder holds', (t) => {
  t.true(picturesInFlight({}) >= 3)
  t.true(picturesInFlight({}) <= 6)
  t.is(picturesInFlight({ concurrency: 4, batch: 2 }) - picturesInFlight({}), 8)
})
