import { chmod, lstat, mkdir, readdir, readFile, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { Store } from '#dist/store/index.js'
import { atOnce, makerOf, message, outcome, rejectsWith, startAdder, temporaryFolder } from './help.js'

async function makers(root: string): Promise<readonly string[]> {
  return (await readFile(`${root}.made`, 'utf8')).trim().split('\n')
}

test('of processes that add the same at once one makes it, and the others use that', async (t) => {
  const root = join(await temporaryFolder(t), 'store')
  const children = [1, 2, 3].map(() => startAdder(t, root, 'shared', 'slow'))
  const outcomes = await Promise.all(children.map(outcome))
  const made = await makers(root)
  t.is(made.length, 1)
  t.deepEqual(
    outcomes.map(({ maker }) => String(maker)),
    [made[0], made[0], made[0]],
  )
  t.deepEqual(await readdir(join(root, 'claims')), [])
})

test('what a killed process left half made holds nobody up, and goes', async (t) => {
  const root = join(await temporaryFolder(t), 'store')
  const child = startAdder(t, root, 'killed', 'stuck')
  await message(child, (value) => value === 'making')
  const store = await Store.open(root)
  t.is(await store.find('weights', 'killed'), undefined)
  const waiting = startAdder(t, root, 'killed', 'quick')
  await message(waiting, (value) => value === 'ready')
  child.kill('SIGKILL')
  t.is((await outcome(waiting)).maker, waiting.pid)
  t.deepEqual(await readdir(join(root, 'claims')), [])
  t.deepEqual(await readdir(join(root, 'weights')), ['killed'])
})

test('waiting for another process ends at once when it is aborted', async (t) => {
  const root = join(await temporaryFolder(t), 'store')
  const child = startAdder(t, root, 'busy', 'stuck')
  await message(child, (value) => value === 'making')
  const store = await Store.open(root)
  const controller = new AbortController()
  const waiting = store.add('weights', 'busy', makerOf({ data: 'x' }), { signal: controller.signal })
  await sleep(150)
  const began = performance.now()
  controller.abort()
  await rejectsWith(t, 'ERR_ABORTED', waiting)
  t.true(performance.now() - began < atOnce)
  t.is((await readdir(join(root, 'claims'))).length, 1)
})

test('a claim whose process id went to another process is taken over', async (t) => {
  const root = join(await temporaryFolder(t), 'store')
  const child = startAdder(t, root, 'key', 'stuck')
  await message(child, (value) => value === 'making')
  const [name = ''] = await readdir(join(root, 'claims'))
  child.kill('SIGKILL')
  const [what, owner] = [name.slice(0, name.lastIndexOf('~')), name.slice(name.lastIndexOf('~') + 1)]
  const [, started = '', ...rest] = owner.split('-')
  await mkdir(join(root, 'claims', `${what}~${[process.pid, `${started}0`, ...rest].join('-')}`))
  const store = await Store.open(root)
  await store.add('weights', 'key', makerOf({ data: 'x' }))
  t.deepEqual(await readdir(join(root, 'claims')), [])
})

test('a claim from another host or container holds while it is touched, and lapses when it is not', async (t) => {
  const root = join(await temporaryFolder(t), 'store')
  const foreign = join(root, 'claims', 'weights~key~1-1-0123456789abcdef-0123456789abcdef')
  await mkdir(foreign, { recursive: true })
  await chmod(root, 0o700)
  const store = await Store.open(root)
  const signal = AbortSignal.timeout(300)
  await rejectsWith(t, 'ERR_ABORTED', store.add('weights', 'key', makerOf({ data: 'x' }), { signal }))
  const longAgo = new Date(Date.now() - 3_600_000)
  await utimes(foreign, longAgo, longAgo)
  await store.add('weights', 'key', makerOf({ data: 'x' }))
  t.deepEqual(await readdir(join(root, 'claims')), [])
})

test('a full disk is ERR_STORE_WRITE with the facts, and leaves nothing', async (t) => {
  const root = join(await temporaryFolder(t), 'store')
  const child = startAdder(t, root, 'large', '3000000', ['prlimit', '--fsize=1000000'])
  const { error } = await outcome(child)
  t.is(error?.code, 'ERR_STORE_WRITE')
  const details = error?.details as Record<string, unknown>
  t.is(details.reason, 'EFBIG')
  t.is(details.folder, root)
  t.is(typeof details.freeBytes, 'number')
  t.deepEqual(await readdir(join(root, 'claims')), [])
  t.deepEqual(await (await Store.open(root)).list(), [])
})

test('a read-only root is ERR_STORE_WRITE, and what is in it is still found', async (t) => {
  const folder = await temporaryFolder(t)
  const root = join(folder, 'store')
  const store = await Store.open(root)
  await store.add('weights', 'old', makerOf({ data: 'x' }))
  for (const path of (await below(folder)).reverse()) {
    if ((await lstat(path)).isDirectory()) await chmod(path, 0o500)
  }
  t.teardown(async () => {
    for (const path of await below(folder)) await chmod(path, 0o700)
  })
  // Root may write anywhere, unless it gives that right up.
  const prefix = process.getuid!() === 0 ? ['setpriv', '--bounding-set=-dac_override'] : []
  t.is((await outcome(startAdder(t, root, 'new', 'quick', prefix))).error?.code, 'ERR_STORE_WRITE')
  const finding = startAdder(t, root, 'old', 'quick', prefix)
  t.is((await outcome(finding)).error, undefined)
})

async function below(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true })
  return [folder, ...names.map((name) => join(folder, name))]
}
