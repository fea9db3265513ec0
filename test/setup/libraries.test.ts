import { readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import test from 'ava'
import { addLibrary, findLibrary, pinnedLibraries } from '#dist/setup/libraries.js'
import { findCpuLibrary, setupCpu } from '#dist/setup/index.js'
import { Store } from '#dist/store/index.js'
import { FakeNpm } from '../store/fake-npm.js'
import { ProgressLog, rejectsWith, temporaryFolder } from '../store/help.js'
import { smallLibrary } from './fixtures.js'

let npm: FakeNpm
test.before(async () => void (npm = await FakeNpm.install()))
test.after.always(() => npm.remove())

test('the pinned library is ONNX Runtime for this platform', (t) => {
  const { file, npm, sha256, licence } = pinnedLibraries().onnxruntime
  t.is(basename(file), 'libonnxruntime.so.1')
  t.is(npm.name, 'onnxruntime-node')
  t.regex(sha256, /^[0-9a-f]{64}$/)
  t.is(licence, 'MIT')
})

test('a library is fetched once; the second time npm is not asked', async (t) => {
  const store = await Store.open(join(await temporaryFolder(t), 'store'))
  const library = await smallLibrary(npm, 'once')
  t.is(await findLibrary(store, library, 'x'), undefined)
  const log = new ProgressLog()
  const { path, fetched, version } = await addLibrary(store, library, log)
  log.check(t)
  t.true(fetched)
  t.is(version, '1.0.0')
  t.is(await readFile(path, 'utf8'), 'the library once')
  t.is(await findLibrary(store, library, 'x'), path)
  await rm(join(npm.folder, 'once.tgz'))
  t.deepEqual(await addLibrary(store, library, {}), { path, fetched: false, version, licence: 'MIT' })
  t.is((await npm.calls('once')).length, 1)
})

test('a damaged library is named with the command that replaces it, and replaced by it', async (t) => {
  const store = await Store.open(join(await temporaryFolder(t), 'store'))
  const library = await smallLibrary(npm, 'damaged')
  const { path } = await addLibrary(store, library, {})
  await writeFile(path, 'the library DAMAGED')
  t.true((await addLibrary(store, library, {})).fetched)
  await writeFile(path, 'short')
  const error = await rejectsWith(t, 'ERR_STORE_CORRUPT', findLibrary(store, library, 'npx mend'))
  t.is(error.remedy, 'Run: npx mend')
  t.true((await addLibrary(store, library, {})).fetched)
  t.is(await readFile(path, 'utf8'), 'the library damaged')
})

test('a package that holds another library is refused, and nothing is stored', async (t) => {
  const store = await Store.open(join(await temporaryFolder(t), 'store'))
  const library = { ...(await smallLibrary(npm, 'another')), sha256: '0'.repeat(64) }
  await rejectsWith(t, 'ERR_HASH', addLibrary(store, library, {}))
  t.deepEqual(await store.list(), [])
})

test('a package without the library is an error of the package, not of the store', async (t) => {
  const store = await Store.open(join(await temporaryFolder(t), 'store'))
  const library = { ...(await smallLibrary(npm, 'lacking')), file: 'package/lib/none.so' }
  await rejectsWith(t, 'ERR_FETCH', addLibrary(store, library, {}))
})

test('a registry that serves another package as ONNX Runtime is refused', async (t) => {
  const store = await Store.open(join(await temporaryFolder(t), 'store'))
  await npm.publish('onnxruntime-node', [{ path: pinnedLibraries().onnxruntime.file, data: 'evil' }])
  await rejectsWith(t, 'ERR_HASH', setupCpu(store))
  t.is(await findCpuLibrary(store), undefined)
})
