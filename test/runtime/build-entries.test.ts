import { createHash } from 'node:crypto'
import { truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { listEngines, pruneEngines, verifyEngines, type PlanRecord } from '#dist/runtime/index.js'
import { Store } from '#dist/store/index.js'
import { temporaryFolder } from './build-help.js'

const bytes = Buffer.alloc(3000, 'plan')
const sha256 = createHash('sha256').update(bytes).digest('hex')

async function add(store: Store, key: string, version: string): Promise<string> {
  const record: PlanRecord = {
    format: 1,
    key,
    graph: [{ name: 'graph.onnx', bytes: 1, sha256 }],
    library: { flavour: 'rtx', version },
    target: { computeCapabilities: ['8.9'] },
    settings: { profiles: [] },
    plan: { bytes: bytes.length, sha256 },
    build: { seconds: 1, peakRssBytes: 1 },
    tested: 'untested',
  }
  const entry = await store.add('engines', key, async (folder) => {
    await writeFile(join(folder, 'engine.plan'), bytes)
    await writeFile(join(folder, 'engine.plan.json'), JSON.stringify(record))
    return { facts: { name: 'graph.onnx', flavour: 'rtx', version } }
  })
  return entry.file('engine.plan')
}

async function storeWith(t: ExecutionContext, versions: Readonly<Record<string, string>>): Promise<Store> {
  const store = await Store.open(join(await temporaryFolder(t), 'store'))
  for (const [key, version] of Object.entries(versions)) await add(store, key, version)
  await store.add('weights', 'other', async (folder) => {
    await writeFile(join(folder, 'data'), 'weights')
    return {}
  })
  return store
}

test('the engines of the store are listed with their records, and nothing else is', async (t) => {
  const store = await storeWith(t, { one: '1.7.1', two: '1.6.0' })
  const engines = await listEngines(store)
  t.deepEqual(
    engines.map(({ key, record }) => [key, record?.library.version]),
    [
      ['one', '1.7.1'],
      ['two', '1.6.0'],
    ],
  )
})

test('a damaged engine is found by hashing, and one that was cut short by listing already', async (t) => {
  const store = await storeWith(t, { whole: '1.7.1' })
  const [changed, shorter] = [await add(store, 'changed', '1.7.1'), await add(store, 'shorter', '1.7.1')]
  await writeFile(changed, Buffer.alloc(bytes.length, 'other'))
  await truncate(shorter, 7)
  const codes = (engines: Awaited<ReturnType<typeof listEngines>>) =>
    Object.fromEntries(engines.map(({ key, error }) => [key, error?.code]))
  const corrupt = 'ERR_STORE_CORRUPT'
  t.deepEqual(codes(await listEngines(store)), { changed: undefined, shorter: corrupt, whole: undefined })
  t.deepEqual(codes(await verifyEngines(store)), { changed: corrupt, shorter: corrupt, whole: undefined })
})

test('pruning keeps the engines of the libraries in use, and everything that is no engine', async (t) => {
  const store = await storeWith(t, { one: '1.7.1', two: '1.6.0' })
  await truncate(await add(store, 'damaged', '1.7.1'), 7)
  t.deepEqual(await pruneEngines(store, [{ flavour: 'rtx', version: '1.7.1' }]), ['damaged', 'two'])
  t.deepEqual(
    (await store.list()).map(({ kind, key }) => `${kind}/${key}`),
    ['weights/other', 'engines/one'],
  )
})
