/** Where TensorRT is looked for: in which order, what is refused, and what is said of it. */

import { chmod, mkdir, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { Store } from '#dist/store/index.js'
import { pickLibrary, searchTensorrt } from '#dist/tensorrt/index.js'
import { cachedFolders } from '#dist/tensorrt/system.js'
import { FakePython } from '../store/fake-python.js'
import { rejectsWith, temporaryFolder } from '../store/help.js'
import { enterpriseNames, rtxNames, writeLibraries } from './help.js'

let python: FakePython
test.before(async () => {
  delete process.env.TENSORRT_ROOT
  python = await FakePython.install()
})
test.after.always(() => python.remove())
test.afterEach.always(() => delete process.env.TENSORRT_ROOT)

async function emptyStore(t: ExecutionContext): Promise<Store> {
  return Store.open(join(await temporaryFolder(t), 'store'))
}

async function addToStore(store: Store, key: string, cuda: string): Promise<void> {
  await store.add('libraries', key, async (folder) => {
    await writeLibraries(folder, ['libtensorrt_rtx.so.1', 'libtensorrt_onnxparser_rtx.so.1'])
    return { facts: { cuda } }
  })
}

test.serial('TENSORRT_ROOT comes before the store, and the store before the system', async (t) => {
  const store = await emptyStore(t)
  await addToStore(store, 'rtx', '13.0')
  const root = await temporaryFolder(t)
  const lib = await writeLibraries(join(root, 'lib'), rtxNames)
  process.env.TENSORRT_ROOT = root
  const search = await searchTensorrt(store)
  t.deepEqual(
    search.libraries.slice(0, 2).map(({ place }) => place),
    ['TENSORRT_ROOT', 'store'],
  )
  t.like(pickLibrary(search), { library: join(lib, rtxNames[0]), parser: join(lib, rtxNames[1]), version: '1.7.1' })
  t.true(search.folders.indexOf(join(root, 'lib')) < search.folders.indexOf('/usr/lib64'))
})

test.serial('TENSORRT_ROOT may be laid out as the tar file, RPM or Debian do, or be the folder itself', async (t) => {
  for (const folder of ['lib', 'lib64', 'lib/x86_64-linux-gnu', '.']) {
    const root = await temporaryFolder(t)
    await writeLibraries(join(root, folder), enterpriseNames)
    process.env.TENSORRT_ROOT = root
    t.is(pickLibrary(await searchTensorrt(await emptyStore(t))).place, 'TENSORRT_ROOT', folder)
  }
})

test.serial('a relative TENSORRT_ROOT is refused', async (t) => {
  process.env.TENSORRT_ROOT = 'lib'
  await rejectsWith(t, 'ERR_ARGUMENT', searchTensorrt(await emptyStore(t)))
})

test.serial('a named library that others could have changed is an error, not passed over for another', async (t) => {
  const store = await emptyStore(t)
  await addToStore(store, 'rtx', '13.0')
  const root = await temporaryFolder(t)
  const lib = await writeLibraries(join(root, 'lib'), rtxNames)
  await chmod(lib, 0o770)
  process.env.TENSORRT_ROOT = root
  const search = await searchTensorrt(store)
  const error = t.throws(() => pickLibrary(search), { code: 'ERR_LIBRARY_LOAD' })
  t.true(error.message.includes(`${lib} may be written to by others`))
  t.like(error, { remedy: `Run: chmod go-w '${lib}', or use a copy of your own` })
})

test('a folder that was named is looked at alone, and its links are followed to the files they lead to', async (t) => {
  const folder = await writeLibraries(join(await temporaryFolder(t), 'lib'), rtxNames)
  const linked = join(await temporaryFolder(t), 'linked')
  await symlink(folder, linked)
  const search = await searchTensorrt(await emptyStore(t), { folder: linked })
  t.deepEqual(search.folders, [linked])
  t.is(pickLibrary(search).library, join(folder, rtxNames[0]))
  await rejectsWith(t, 'ERR_ARGUMENT', searchTensorrt(await emptyStore(t), { folder: 'relative' }))
})

test('of two versions in a folder the newest comes first, and the other is told too', async (t) => {
  const names = ['libtensorrt_rtx.so.1.10.0', 'libtensorrt_onnxparser_rtx.so.1.10.0', ...rtxNames]
  const folder = await writeLibraries(join(await temporaryFolder(t), 'lib'), names)
  const { libraries } = await searchTensorrt(await emptyStore(t), { folder })
  t.deepEqual(
    libraries.map(({ version }) => version),
    ['1.10.0', '1.7.1'],
  )
})

test('a library without its parser can be picked for running, not for building', async (t) => {
  const folder = await writeLibraries(join(await temporaryFolder(t), 'lib'), [rtxNames[0]])
  const search = await searchTensorrt(await emptyStore(t), { folder })
  t.is(pickLibrary(search).parser, undefined)
  t.throws(() => pickLibrary(search, { withParser: true }), { code: 'ERR_LIBRARY_LOAD', message: /is not beside it/ })
  await rename(join(folder, rtxNames[0]), join(folder, 'libnvinfer.so.11.2.1'))
  await writeFile(join(folder, 'libnvonnxparser.so.10.0.1'), '')
  const other = await searchTensorrt(await emptyStore(t), { folder })
  t.throws(() => pickLibrary(other, { withParser: true }), { message: /is of version 10\.0\.1/ })
})

test('a major version that is not known is refused before it is opened', async (t) => {
  const folder = await writeLibraries(join(await temporaryFolder(t), 'lib'), ['libnvinfer.so.8.6.1'])
  const search = await searchTensorrt(await emptyStore(t), { folder })
  t.throws(() => pickLibrary(search), { code: 'ERR_LIBRARY_LOAD', message: /11\.x and 10\.x can be/ })
})

test('of the flavour that is wanted there may be none', async (t) => {
  const folder = await writeLibraries(join(await temporaryFolder(t), 'lib'), rtxNames)
  const search = await searchTensorrt(await emptyStore(t), { folder })
  const error = t.throws(() => pickLibrary(search, { flavour: 'enterprise' }), { code: 'ERR_LIBRARY_MISSING' })
  t.true(error.message.includes(folder))
})

test('the store gives the library for the newest CUDA that the driver has', async (t) => {
  const store = await emptyStore(t)
  await addToStore(store, 'for-12', '12.2')
  await addToStore(store, 'for-13', '13.0')
  const keyFor = async (cuda?: string): Promise<string> =>
    pickLibrary(await searchTensorrt(store, { cuda }))
      .library.split('/')
      .at(-2)!
  t.is(await keyFor(), 'for-13')
  t.is(await keyFor('13.1'), 'for-13')
  t.is(await keyFor('12.8'), 'for-12')
  const search = await searchTensorrt(store, { cuda: '11.4', flavour: 'rtx' })
  t.is(search.libraries.find(({ place }) => place === 'store')?.fault?.code, 'ERR_DRIVER_OLD')
})

test.serial("Python's packages are looked at only where nothing was found before", async (t) => {
  const [site, folder] = [await temporaryFolder(t), await temporaryFolder(t)]
  const libs = await writeLibraries(join(site, 'tensorrt_rtx_libs'), rtxNames)
  await python.answers('site', `/nowhere\nrelative\n${site}\n`)
  const store = await emptyStore(t)
  const search = await searchTensorrt(store, { flavour: 'rtx' })
  if (search.libraries.some(({ place }) => place === 'system')) {
    t.log('passed over: the system has a TensorRT')
    return t.pass()
  }
  t.like(pickLibrary(search), { place: 'python', library: join(libs, rtxNames[0]) })
  t.false(search.folders.some((one) => one.startsWith('relative')))
  await writeLibraries(join(folder, 'lib'), rtxNames)
  process.env.TENSORRT_ROOT = folder
  t.false((await searchTensorrt(store, { flavour: 'rtx' })).folders.some((one) => one.startsWith(site)))
  t.true((await searchTensorrt(store, { flavour: 'enterprise' })).folders.some((one) => one.startsWith(site)))
})

test("the folders in the loader's cache are those that name a library of TensorRT", async (t) => {
  const cache = join(await temporaryFolder(t), 'ld.so.cache')
  const strings = [
    'libnvinfer.so.11',
    '/opt/trt/lib/libnvinfer.so.11',
    '/opt/x/libnvinfer_plugin.so.11',
    'libc.so.6',
    '/lib/libc.so.6',
  ]
  await writeFile(cache, `glibc-ld.so.cache1.1\0\x03\0\0${strings.join('\0')}\0`)
  t.deepEqual(await cachedFolders(cache), ['/opt/trt/lib'])
  t.deepEqual(await cachedFolders(join(cache, 'none')), [])
})

test('a file that is no folder, and one that cannot be read, hold no library', async (t) => {
  const folder = join(await temporaryFolder(t), 'file')
  await writeFile(folder, '')
  t.deepEqual((await searchTensorrt(await emptyStore(t), { folder })).libraries, [])
  await mkdir(`${folder}s`)
  await symlink('/nowhere', join(`${folder}s`, 'libnvinfer.so.11'))
  t.deepEqual((await searchTensorrt(await emptyStore(t), { folder: `${folder}s` })).libraries, [])
})
