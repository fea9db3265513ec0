import { appendFile, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { Store, type Entry, type Kind } from '#dist/store/index.js'
import { makerOf, ProgressLog, rejectsWith, temporaryFolder } from './help.js'

const data = 'the weights of a network'
const sha256 = '0'.repeat(64)

async function openStore(t: ExecutionContext): Promise<Store> {
  return Store.open(join(await temporaryFolder(t), 'store'))
}

async function withEntry(t: ExecutionContext): Promise<{ store: Store; entry: Entry; file: string; manifest: string }> {
  const store = await openStore(t)
  const entry = await store.add('weights', 'one', makerOf({ data, more: 'more' }))
  const file = entry.file('data')
  return { store, entry, file, manifest: join(dirname(file), 'entry.json') }
}

/** Nothing half made, nothing waiting. */
async function isClean(t: ExecutionContext, store: Store): Promise<void> {
  t.deepEqual(await readdir(join(store.root, 'claims')), [])
}

test('an added entry is found, with its files, their sizes and hashes, and its facts', async (t) => {
  const { store, entry } = await withEntry(t)
  const found = await store.find('weights', 'one')
  t.deepEqual(found?.files, entry.files)
  t.is(found?.files.data?.bytes, data.length)
  t.regex(found?.files.data?.sha256 ?? '', /^[0-9a-f]{64}$/)
  t.deepEqual(found?.facts, { licence: 'MIT' })
  t.is(found?.bytes, data.length + 4)
  t.is(await readFile(found!.file('data'), 'utf8'), data)
  t.throws(() => found!.file('other'), { code: 'ERR_ARGUMENT' })
  await t.notThrowsAsync(found!.verify())
  await isClean(t, store)
})

test('adding what is there makes nothing', async (t) => {
  const { store, entry } = await withEntry(t)
  const again = await store.add('weights', 'one', () => Promise.reject(new Error('made again')))
  t.deepEqual(again.files, entry.files)
})

test('adding the same key several times at once in one process makes it once', async (t) => {
  const store = await openStore(t)
  let made = 0
  const add = (): Promise<Entry> =>
    store.add('weights', 'one', async (folder) => {
      made += 1
      await sleep(50)
      await writeFile(join(folder, 'data'), data)
      return {}
    })
  await Promise.all([add(), add(), add(), add()])
  t.is(made, 1)
  await isClean(t, store)
})

test('kinds and keys that are no plain names are refused', async (t) => {
  const store = await openStore(t)
  for (const key of ['', '.', '..', '../x', 'a/b', '.hidden', 'a~b', 'x'.repeat(200)]) {
    await rejectsWith(t, 'ERR_ARGUMENT', store.find('weights', key))
    await rejectsWith(t, 'ERR_ARGUMENT', store.add('weights', key, makerOf({})))
    await rejectsWith(t, 'ERR_ARGUMENT', store.remove('weights', key))
  }
  await rejectsWith(t, 'ERR_ARGUMENT', store.find('other' as Kind, 'key'))
})

const damages = {
  'a truncated file': ({ file }) => truncate(file, 3),
  'a longer file': ({ file }) => appendFile(file, 'x'),
  'a missing file': ({ file }) => rm(file),
  'a garbage manifest': ({ manifest }) => writeFile(manifest, '{"format": 1, "kind":'),
  'a manifest of something else': ({ manifest }) =>
    writeFile(manifest, JSON.stringify({ format: 1, kind: 'weights', key: 'two', files: {}, facts: {} })),
  'a manifest that names a file outside': ({ manifest }) =>
    writeFile(
      manifest,
      JSON.stringify({ format: 1, kind: 'weights', key: 'one', facts: {}, files: { '../x': { bytes: 1, sha256 } } }),
    ),
  'a missing manifest': ({ manifest }) => rm(manifest),
} satisfies Record<string, (paths: { file: string; manifest: string }) => Promise<void>>

for (const [damage, inflict] of Object.entries(damages)) {
  test(`${damage} is found when the entry is looked for, listed, and replaced when it is added`, async (t) => {
    const { store, file, manifest } = await withEntry(t)
    await inflict({ file, manifest })
    const error = await rejectsWith(t, 'ERR_STORE_CORRUPT', store.find('weights', 'one'))
    t.regex(error.message, /weights\/one/)
    const [listed] = await store.list()
    t.is(listed?.damage?.code, 'ERR_STORE_CORRUPT')
    const entry = await store.add('weights', 'one', makerOf({ data }))
    await t.notThrowsAsync(entry.verify())
    t.is(await readFile(entry.file('data'), 'utf8'), data)
    await isClean(t, store)
  })
}

test('a flipped byte is found by verifying, and by adding, which replaces the entry', async (t) => {
  const { store, entry, file } = await withEntry(t)
  await writeFile(file, data.replace('t', 'T'))
  await t.notThrowsAsync(store.find('weights', 'one'))
  const error = await rejectsWith(t, 'ERR_STORE_CORRUPT', entry.verify())
  t.is(error.details.file, 'data')
  await store.add('weights', 'one', makerOf({ data, more: 'more' }))
  await t.notThrowsAsync(entry.verify())
  await isClean(t, store)
})

test('a maker that fails leaves nothing, and its error comes through', async (t) => {
  const store = await openStore(t)
  const failing = store.add('weights', 'one', async (folder) => {
    await writeFile(join(folder, 'data'), data)
    throw new Error('no luck')
  })
  await t.throwsAsync(failing, { message: 'no luck' })
  t.is(await store.find('weights', 'one'), undefined)
  await isClean(t, store)
})

test('a file that is not what was expected is not stored', async (t) => {
  const store = await openStore(t)
  const expected = { data: { bytes: data.length, sha256: '0'.repeat(64) } }
  const adding = store.add('weights', 'one', async (folder, scratch) => {
    await makerOf({ data })(folder, scratch)
    return { expected }
  })
  await rejectsWith(t, 'ERR_HASH', adding)
  await rejectsWith(
    t,
    'ERR_HASH',
    store.add('weights', 'one', () => Promise.resolve({ expected })),
  )
  t.is(await store.find('weights', 'one'), undefined)
  await isClean(t, store)
})

test('an abort before, while making and while hashing leaves nothing', async (t) => {
  const store = await openStore(t)
  await rejectsWith(t, 'ERR_ABORTED', store.add('weights', 'one', makerOf({ data }), { signal: AbortSignal.abort() }))
  const making = new AbortController()
  const slow = store.add(
    'weights',
    'one',
    async () => {
      making.abort(new Error('enough'))
      await sleep(5_000, undefined, { signal: making.signal })
      return {}
    },
    { signal: making.signal },
  )
  const error = await rejectsWith(t, 'ERR_ABORTED', slow)
  t.is((error.cause as Error).message, 'enough')
  const hashing = new AbortController()
  const onProgress = (): void => hashing.abort()
  await rejectsWith(
    t,
    'ERR_ABORTED',
    store.add('weights', 'one', makerOf({ data }), { signal: hashing.signal, onProgress }),
  )
  t.is(await store.find('weights', 'one'), undefined)
  await isClean(t, store)
})

test('progress never falls, keeps its total and ends at it, also where a damaged entry is replaced', async (t) => {
  const store = await openStore(t)
  const big = 'x'.repeat(20 << 20)
  const log = new ProgressLog()
  const entry = await store.add('weights', 'one', makerOf({ big }), log)
  await writeFile(entry.file('big'), big.replace('x', 'y'))
  const second = new ProgressLog()
  await store.add('weights', 'one', makerOf({ big }), second)
  t.true(log.events.length > 3)
  log.check(t)
  second.check(t)
})

test('a progress callback that throws ends the work with its error', async (t) => {
  const store = await openStore(t)
  const onProgress = (): void => {
    throw new Error('no terminal')
  }
  await t.throwsAsync(store.add('weights', 'one', makerOf({ data }), { onProgress }), { message: 'no terminal' })
  await isClean(t, store)
})

test('removing and pruning take entries away, damaged ones too', async (t) => {
  const { store, manifest } = await withEntry(t)
  await store.add('models', 'two', makerOf({ data }))
  await store.add('models', 'three', makerOf({ data }))
  await writeFile(manifest, 'garbage')
  t.deepEqual(
    (await store.list()).map(({ key }) => key),
    ['one', 'three', 'two'],
  )
  t.true(await store.remove('models', 'two'))
  t.false(await store.remove('models', 'two'))
  const removed = await store.prune(({ damage }) => damage === undefined)
  t.deepEqual(
    removed.map(({ key }) => key),
    ['one'],
  )
  t.deepEqual(
    (await store.list()).map(({ key }) => key),
    ['three'],
  )
  await isClean(t, store)
})
