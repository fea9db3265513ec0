/** Folders: what is done is not done again, bad pictures stop nothing, and what is in flight ends. */

import { appendFile, copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
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
import { describeSummary } from '#dist/cli/matte-summary.js'
import type { MatteOptions, Matting, PictureInput, UseMatte } from '#dist/index.js'
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

test('pictures keep their places and their room in memory until they are written', async (t) => {
  const { folder } = t.context
  const { jobs } = await planJobs([join(folder, 'in')], { kinds: ['alpha'], output: join(folder, 'out') })
  // Each has 24 pixels, and the chain takes two at a time: as many are decoded meanwhile.
  for (const [options, most] of [
    [{ working: 8, pixels: 24 * 3 }, 3],
    [{ working: 8 }, 5],
    [{}, 4],
  ] as const) {
    const matting = new RedMatting(options)
    let writing = 0
    const ends: (() => void)[] = []
    const held: Pick<Matting, 'matte'> = {
      matte: (...[input, settings, use]: [PictureInput, MatteOptions?, UseMatte<unknown>?]): Promise<never> =>
        matting.matte(input, settings!, async (matte) => {
          writing += 1
          t.true(writing <= most)
          await new Promise<void>((resolve) => {
            ends.push(resolve)
            // Nothing more comes, or all that may be there at a time.
            if (writing === most) setTimeout(() => ends.splice(0).forEach((end) => end()), 50)
            else if (ended + writing === jobs.length) ends.splice(0).forEach((end) => end())
          })
          writing -= 1
          ended += 1
          return (await use!(matte)) as never
        }),
    }
    let ended = 0
    for await (const { error } of matteAll(held, jobs, { inFlight: 5 })) t.is(error, undefined)
    t.is(ended, jobs.length)
  }
})

const timings = { queued: 9e6, decode: 1, copyIn: 0, pre: 1, core: 50, post: 1, copyOut: 0, detail: 9e6 }

/** Of two pictures that took so long to encode, within 60 ms of which the engines computed so many. */
async function summaryOf(encode: number, computed: number): Promise<BatchSummary> {
  const counter = new SummaryCounter()
  await new Promise((resolve) => setTimeout(resolve, 60))
  for (let picture = 0; picture < 2; picture++) {
    counter.count({ input: '/a', outputs: {}, timings: { ...timings, encode } })
  }
  return counter.summary({ computed }, 2, 0)
}

// Serial: other tests keep the JavaScript thread busy.
test.serial('what a batch comes up against is named, and nothing where nothing is at its limit', async (t) => {
  const engines = await summaryOf(1, 1e6)
  t.is(engines.bottleneck, 'infer')
  t.is(engines.stages.infer.busy, 1)
  t.is(engines.picturesPerSecond, 2 / engines.seconds)
  const cores = await summaryOf(1e6, 10)
  t.is(cores.bottleneck, 'cores')
  t.is(cores.stages.cores.busy, 1)
  t.is(cores.stages['encode']!.busy, 1)
  t.true(Math.abs(cores.stages.infer.busy - 0.005 / cores.seconds) < 1e-9)
  const neither = await summaryOf(0, 10)
  t.is(neither.bottleneck, undefined)
  t.true(Object.values(neither.stages).every(({ busy }) => busy < 0.8))
  t.deepEqual(Object.keys(neither.stages), ['decode', 'encode', 'infer', 'cores', 'javascript'])
  t.regex(describeSummary(engines), /; the engines are the limit$/)
  t.regex(
    describeSummary({ ...cores, threads: { libuv: 1, cores: 8 } }),
    /; the cores are the limit, encode 100 %; libuv/,
  )
  t.regex(describeSummary(neither), /nothing is at its limit \(busy: the engines \d+ %, the cores \d+ %, the Java/)
})

test('as many pictures are in flight as keep the engines and all cores busy, whatever the folder holds', (t) => {
  const most = (concurrency: number, batch: number): number => (concurrency + 2) * batch + availableParallelism()
  t.is(picturesInFlight({}), most(1, 1))
  t.is(picturesInFlight({ concurrency: 4, batch: 2 }), most(4, 2))
})
