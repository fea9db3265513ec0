import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import anyTest, { type TestFn } from 'ava'
import { matteAll, planJobs, type Job, type Plan, type PlanOptions } from '#dist/batch/index.js'

const test = anyTest as TestFn<{ folder: string }>

test.beforeEach(async (t) => {
  t.context.folder = await mkdtemp(join(tmpdir(), 'plan-'))
  await mkdir(join(t.context.folder, 'pics/deep/.hidden'), { recursive: true })
  for (const name of ['pics/a.jpg', 'pics/a.png', 'pics/notes.txt', 'pics/deep/b.JPG', 'pics/deep/.hidden/c.png']) {
    await writeFile(join(t.context.folder, name), '')
  }
})

test.afterEach.always((t) => rm(t.context.folder, { recursive: true }))

async function jobsOf(inputs: readonly string[], options: PlanOptions): Promise<readonly Job[]> {
  return (await planJobs(inputs, options)).jobs
}

function shown(folder: string, jobs: readonly Job[]): unknown {
  const below = (path: string): string => (path === '-' ? path : relative(folder, path))
  return jobs.map(({ input, outputs }) => [below(input), ...Object.values(outputs).map(below)])
}

test('without an output, results stand beside their pictures under the name of their kind', async (t) => {
  const { folder } = t.context
  const jobs = await jobsOf([join(folder, 'pics/a.jpg')], { kinds: ['cutout', 'alpha'] })
  t.deepEqual(shown(folder, jobs), [['pics/a.jpg', 'pics/a.cutout.png', 'pics/a.alpha.png']])
})

test('one picture goes into the file that was named, or into the folder', async (t) => {
  const { folder } = t.context
  const picture = join(folder, 'pics/a.jpg')
  const into = async (output: string): Promise<unknown> =>
    shown(folder, await jobsOf([picture], { kinds: ['cutout'], output: join(folder, output) }))
  t.deepEqual(await into('x/out.webp'), [['pics/a.jpg', 'x/out.webp']])
  t.deepEqual(await into('x'), [['pics/a.jpg', 'x/a.png']])
  t.deepEqual(await into('x.y/'), [['pics/a.jpg', 'x.y/a.png']])
  t.deepEqual(await into('pics/deep'), [['pics/a.jpg', 'pics/deep/a.png']])
})

test('a folder is repeated below the output; pictures that share a stem keep their extensions in their names', async (t) => {
  const { folder } = t.context
  const jobs = await jobsOf([join(folder, 'pics')], { kinds: ['cutout'], output: join(folder, 'out') })
  t.deepEqual(shown(folder, jobs), [
    ['pics/a.jpg', 'out/a.jpg.png'],
    ['pics/a.png', 'out/a.png.png'],
    ['pics/deep/b.JPG', 'out/deep/b.png'],
  ])
})

test('of several inputs each folder keeps its own name', async (t) => {
  const { folder } = t.context
  const inputs = [join(folder, 'pics/deep'), join(folder, 'pics/a.jpg')]
  const jobs = await jobsOf(inputs, { kinds: ['alpha'], output: join(folder, 'out') })
  t.deepEqual(shown(folder, jobs), [
    ['pics/deep/b.JPG', 'out/deep/b.png'],
    ['pics/a.jpg', 'out/a.png'],
  ])
})

test('an output folder inside the input folder is not matted again', async (t) => {
  const { folder } = t.context
  const options = { kinds: ['cutout'], output: join(folder, 'pics/deep') } as const
  const jobs = await jobsOf([join(folder, 'pics')], options)
  t.deepEqual(
    jobs.map(({ input }) => relative(folder, input)),
    ['pics/a.jpg', 'pics/a.png'],
  )
})

test('standard input goes to standard output, or to a file', async (t) => {
  const { folder } = t.context
  t.deepEqual(shown(folder, await jobsOf(['-'], { kinds: ['cutout'], output: '-' })), [['-', '-']])
  await t.throwsAsync(planJobs([join(folder, 'pics')], { kinds: ['cutout'], output: '-' }), { code: 'ERR_ARGUMENT' })
  const jobs = await jobsOf(['-'], { kinds: ['cutout'], output: join(folder, 'x.png') })
  t.deepEqual(shown(folder, jobs), [['-', 'x.png']])
})

test('what cannot be planned is refused before any work', async (t) => {
  const { folder } = t.context
  const picture = join(folder, 'pics/a.png')
  const plan = (inputs: string[], output?: string, kinds: ('cutout' | 'alpha')[] = ['cutout']): Promise<Plan> =>
    planJobs(inputs, { kinds, ...(output !== undefined && { output }) })
  await t.throwsAsync(plan([join(folder, 'absent.jpg')]), { code: 'ERR_INPUT_MISSING', message: /absent\.jpg/ })
  await t.throwsAsync(plan([join(folder, 'pics')]), { code: 'ERR_ARGUMENT', message: /output folder/ })
  const hidden = join(folder, 'pics/deep/.hidden')
  await t.throwsAsync(plan([hidden], hidden), { code: 'ERR_OUTPUT_CLASH', message: /is an input/ })
  await t.throwsAsync(plan([picture], picture), { code: 'ERR_OUTPUT_CLASH', message: /is an input/ })
  await t.throwsAsync(plan([picture, picture], join(folder, 'out')), { code: 'ERR_OUTPUT_CLASH', message: /twice/ })
  await t.throwsAsync(plan([picture], join(folder, 'x.png'), ['cutout', 'alpha']), { code: 'ERR_ARGUMENT' })
  await t.throwsAsync(plan([picture], join(folder, 'x.bmp')), { code: 'ERR_OUTPUT_FORMAT' })
  await t.throwsAsync(plan([picture], join(folder, 'x.jpg')), { code: 'ERR_OUTPUT_FORMAT', message: /alpha/ })
  await t.throwsAsync(plan([join(folder, 'pics')], picture), { code: 'ERR_ARGUMENT', message: /a folder/ })
  await mkdir(join(folder, 'empty'))
  await t.throwsAsync(plan([join(folder, 'empty')], join(folder, 'out')), { code: 'ERR_INPUT_EMPTY' })
})

test('arguments that are not what they should be are refused by name', async (t) => {
  const plan = (inputs: unknown, kinds: unknown): Promise<Plan> => planJobs(inputs as never, { kinds } as never)
  for (const inputs of ['a.png', undefined, [7], ['']]) {
    await t.throwsAsync(plan(inputs, ['alpha']), { code: 'ERR_ARGUMENT', message: /for inputs/ })
  }
  for (const kinds of ['alpha', undefined, [], ['mask']]) {
    await t.throwsAsync(plan(['a.png'], kinds), { code: 'ERR_ARGUMENT', message: /for kinds/ })
  }
  const never = matteAll({ matte: () => Promise.reject(new Error('unused')) }, [], { inFlight: 0 })
  await t.throwsAsync(never.next(), { code: 'ERR_ARGUMENT', message: /for inFlight/ })
})
