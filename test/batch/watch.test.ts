/** Watching: pictures are taken when they are whole, once, and again when they change. */

import { appendFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import anyTest, { type TestFn } from 'ava'
import { PictureWatch, type Job, type WatchOptions } from '#dist/batch/index.js'
import type { PdfnetError } from '#dist/errors.js'

interface Context {
  folder: string
  readonly stop: AbortController
  readonly problems: PdfnetError[]
  open: (options?: Partial<WatchOptions>) => Promise<AsyncGenerator<Job, void, undefined>>
}

const test = anyTest as TestFn<Context>
const interval = 60

test.beforeEach(async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'watch-'))
  await mkdir(join(folder, 'in/deep'), { recursive: true })
  const stop = new AbortController()
  const problems: PdfnetError[] = []
  Object.assign(t.context, { folder, stop, problems })
  t.context.open = async (options = {}) => {
    const watch = await PictureWatch.open([join(folder, 'in')], {
      ...{ kinds: ['alpha'], output: join(folder, 'out'), stop: stop.signal, interval },
      onProblem: (_, error) => void problems.push(error),
      ...options,
    })
    return watch[Symbol.asyncIterator]()
  }
})

test.afterEach.always((t) => rm(t.context.folder, { recursive: true }))

function names(job: IteratorResult<Job, void>): readonly string[] {
  const { input, outputs } = job.value!
  return [input, ...Object.values(outputs)].map((path) => basename(path))
}

test('pictures that are there and pictures that come are taken, in folders below too', async (t) => {
  const { folder, stop, open, problems } = t.context
  await writeFile(join(folder, 'in/a.jpg'), 'a')
  const jobs = await open()
  t.deepEqual(names(await jobs.next()), ['a.jpg', 'a.png'])
  const next = jobs.next()
  await mkdir(join(folder, 'in/new'))
  await writeFile(join(folder, 'in/new/b.jpg'), 'b')
  await writeFile(join(folder, 'in/notes.txt'), 'c')
  t.deepEqual(names(await next), ['b.jpg', 'b.png'])
  stop.abort()
  t.true((await jobs.next()).done)
  t.deepEqual(problems, [])
})

test('a picture that is being written is left alone until it is whole; one that changes is taken again', async (t) => {
  const { folder, stop, open } = t.context
  const path = join(folder, 'in/a.jpg')
  const jobs = await open()
  let isWhole = false
  const next = jobs.next().then((job) => ({ job, isWhole }))
  for (let part = 0; part < 20; part++) {
    await appendFile(path, 'part')
    await sleep(interval / 3)
  }
  isWhole = true
  t.like(await next, { isWhole: true, job: { value: { input: path } } })
  const again = jobs.next()
  await appendFile(path, 'more')
  t.is((await again).value!.input, path)
  const end = jobs.next()
  await sleep(4 * interval)
  stop.abort()
  t.true((await end).done, 'what stays as it is is not taken again')
})

test('results in a folder below are not taken for pictures', async (t) => {
  const { folder, stop, open } = t.context
  const jobs = await open({ output: join(folder, 'in/out') })
  await mkdir(join(folder, 'in/out'))
  await writeFile(join(folder, 'in/out/a.png'), 'result')
  const next = jobs.next()
  await sleep(4 * interval)
  stop.abort()
  t.true((await next).done)
})

test('a picture whose result would be that of another is told, once, and the rest goes on', async (t) => {
  const { folder, stop, open, problems } = t.context
  await writeFile(join(folder, 'in/a.jpg'), 'a')
  await writeFile(join(folder, 'in/a.png'), 'a')
  await writeFile(join(folder, 'in/a.png.tiff'), 'a')
  const jobs = await open()
  const taken = [names(await jobs.next()), names(await jobs.next())]
  t.deepEqual(taken, [
    ['a.jpg', 'a.jpg.png'],
    ['a.png', 'a.png.png'],
  ])
  const next = jobs.next()
  await sleep(4 * interval)
  stop.abort()
  await next
  t.is(problems.length, 1)
  t.like(problems[0], {
    code: 'ERR_OUTPUT_CLASH',
    message: `what becomes of ${join(folder, 'in/a.png.tiff')} would overwrite what became of ${join(folder, 'in/a.png')}`,
  })
})

test('a folder that goes away is told of once, and is watched again when it is back', async (t) => {
  const { folder, open, stop, problems } = t.context
  const jobs = await open()
  const next = jobs.next()
  await rename(join(folder, 'in'), join(folder, 'away'))
  await sleep(5 * interval)
  // It may have gone while it was looked at.
  t.is(problems.length, 1)
  t.regex(problems[0]!.code, /^ERR_INPUT_(MISSING|READ)$/)
  await rename(join(folder, 'away'), join(folder, 'in'))
  await writeFile(join(folder, 'in/a.jpg'), 'a')
  t.deepEqual(names(await next), ['a.jpg', 'a.png'])
  stop.abort()
})

test('what cannot be watched is refused before any work', async (t) => {
  const { folder, open } = t.context
  await t.throwsAsync(open({ output: join(folder, 'in') }), { code: 'ERR_ARGUMENT', message: /another folder/ })
  await t.throwsAsync(open({ output: folder }), { code: 'ERR_ARGUMENT', message: /another folder/ })
  await t.throwsAsync(open({ output: join(folder, 'x.png') }), {
    code: 'ERR_ARGUMENT',
    message: /a folder with --watch/,
  })
  await t.throwsAsync(open({ kinds: ['cutout'], format: 'jpeg' }), { code: 'ERR_OUTPUT_FORMAT' })
  const file = join(folder, 'in/a.jpg')
  await writeFile(file, '')
  const options = { kinds: ['alpha'], output: join(folder, 'out'), stop: new AbortController().signal } as const
  for (const [input, code] of [
    [file, 'ERR_ARGUMENT'],
    ['-', 'ERR_ARGUMENT'],
    [join(folder, 'absent'), 'ERR_INPUT_MISSING'],
  ] as const) {
    await t.throwsAsync(PictureWatch.open([input], { ...options, onProblem: () => undefined }), { code })
  }
})
