/** Setting TensorRT up: which flavour, from which wheel, by which command. */

import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import test from 'ava'
import { pinnedLibraries } from '#dist/setup/libraries.js'
import { installCommand } from '#dist/setup/enterprise.js'
import { chooseFlavour, chooseRtx } from '#dist/setup/flavour.js'
import { addRtx, type PinnedRtx } from '#dist/setup/rtx.js'
import { setupTensorrt } from '#dist/setup/index.js'
import { Store } from '#dist/store/index.js'
import { pickLibrary, searchTensorrt } from '#dist/tensorrt/index.js'
import { FakePython } from '../store/fake-python.js'
import { ProgressLog, rejectsWith, temporaryFolder } from '../store/help.js'
import { cudaOf } from '../tensorrt/help.js'
import { sha256Of } from './fixtures.js'

let python: FakePython
test.before(async () => {
  delete process.env.TENSORRT_ROOT
  python = await FakePython.install()
})
test.after.always(() => python.remove())

const names = ['libtensorrt_rtx.so.1', 'libtensorrt_onnxparser_rtx.so.1', 'README.txt']

async function smallRtx(name: string): Promise<PinnedRtx> {
  const files = names.map((file) => {
    const data = `${file} of ${name}`
    return { path: `package/${file}.7.1`, name: file, bytes: data.length, sha256: sha256Of(data), data }
  })
  const pip = await python.publish(name, [{ path: 'package/__init__.py', data: 'raise SystemExit' }, ...files])
  return {
    title: 'Small',
    version: '1.7.1',
    cuda: '13.0',
    driver: '580',
    pip,
    files,
    licence: 'L',
    licenceSource: 'a test',
  }
}

test('the libraries come with their licence files, once: the second time neither Python nor the network is used', async (t) => {
  const store = await Store.open(join(await temporaryFolder(t), 'store'))
  const pinned = await smallRtx('once')
  const log = new ProgressLog()
  const { path, fetched, version } = await addRtx(store, pinned, log)
  log.check(t)
  t.deepEqual([fetched, version, basename(path)], [true, '1.7.1', names[0]])
  t.is(await readFile(path, 'utf8'), `${names[0]!} of once`)
  t.deepEqual((await readdir(dirname(path))).sort(), ['entry.json', ...names].sort())
  const found = pickLibrary(await searchTensorrt(store, { flavour: 'rtx' }), { flavour: 'rtx', withParser: true })
  t.like(found, { place: 'store', library: path, parser: join(dirname(path), names[1]!) })
  await rm(join(python.folder, 'once.whl'))
  t.false((await addRtx(store, pinned, {})).fetched)
  t.is((await python.calls('once')).length, 1)
})

test('a damaged library is replaced', async (t) => {
  const store = await Store.open(join(await temporaryFolder(t), 'store'))
  const pinned = await smallRtx('damaged')
  const { path } = await addRtx(store, pinned, {})
  await writeFile(path, 'x'.repeat(pinned.files[0]!.bytes))
  t.true((await addRtx(store, pinned, {})).fetched)
  t.is(await readFile(path, 'utf8'), `${names[0]!} of damaged`)
})

test('a wheel with another library than the one that is pinned is refused, and nothing is stored', async (t) => {
  const store = await Store.open(join(await temporaryFolder(t), 'store'))
  const pinned = await smallRtx('another')
  const [library, ...others] = pinned.files
  const files = [{ ...library!, sha256: '0'.repeat(64) }, ...others]
  await rejectsWith(t, 'ERR_HASH', addRtx(store, { ...pinned, files }, {}))
  t.deepEqual(await store.list(), [])
})

test('an index that serves another wheel as TensorRT-RTX is refused', async (t) => {
  const store = await Store.open(join(await temporaryFolder(t), 'store'))
  for (const { pip } of pinnedLibraries().tensorrtRtx) await python.publish(pip.name, [{ path: 'evil', data: 'x' }])
  await rejectsWith(t, 'ERR_HASH', setupTensorrt(store, { flavour: 'rtx' }))
  t.deepEqual(await store.list(), [])
  // @ts-expect-error: a caller without types
  await rejectsWith(t, 'ERR_ARGUMENT', setupTensorrt(store, { flavour: 'other' }))
})

test('there is a wheel for each CUDA, the newest first, with library, parser and licence files', (t) => {
  const pinned = pinnedLibraries().tensorrtRtx
  t.deepEqual(
    pinned.map(({ cuda, driver }) => [cuda, driver]),
    [
      ['13.0', '580'],
      ['12.2', '535'],
    ],
  )
  for (const { files, pip, licenceSource } of pinned) {
    t.deepEqual(
      files.slice(0, 2).map(({ name }) => name),
      names.slice(0, 2),
    )
    t.true(files.length > 2)
    for (const { sha256 } of [...files, pip]) t.regex(sha256, /^[0-9a-f]{64}$/)
    t.regex(licenceSource, /^https:\/\/docs\.nvidia\.com\//)
  }
})

test('the flavour is that of the first GPU, and the reason names it', (t) => {
  t.like(chooseFlavour(cudaOf('13.0', '8.9', '9.0')), { flavour: 'rtx', notes: [] })
  t.like(chooseFlavour(cudaOf('13.0', '9.0')), { flavour: 'enterprise', notes: [] })
  t.regex(chooseFlavour(cudaOf('13.0', '9.0')).reason, /GPU 0, of compute capability 9\.0/)
  t.like(chooseFlavour(cudaOf(undefined)), { flavour: 'rtx' })
  t.regex(chooseFlavour(cudaOf(undefined)).reason, /no GPU here.*libcuda/)
})

test('what cannot run here is noted where it was asked for', (t) => {
  t.regex(chooseFlavour(cudaOf('13.0', '9.0'), 'rtx').notes[0]!, /cannot run.*needs TensorRT:/)
  t.regex(chooseFlavour(cudaOf(undefined), 'enterprise').notes[0]!, /on a GPU only/)
  t.deepEqual(chooseFlavour(cudaOf('13.0', '8.9'), 'enterprise').notes, [])
  t.regex(chooseFlavour(cudaOf('13.0', '7.5')).notes[0]!, /--targets 7\.5/)
})

test('a GPU older than any TensorRT is an error, unless a flavour is asked for', (t) => {
  t.throws(() => chooseFlavour(cudaOf('13.0', '6.1')), { code: 'ERR_DEVICE_MISSING', message: /6\.1/ })
  t.regex(chooseFlavour(cudaOf('13.0', '6.1'), 'rtx').notes[0]!, /cannot run/)
})

test('the wheel is the one for the driver; one too old for all is an error that says to what to update', (t) => {
  t.like(chooseRtx(cudaOf('13.2', '8.9'), false), { pinned: { cuda: '13.0' }, notes: [] })
  t.like(chooseRtx(cudaOf(undefined), false), { pinned: { cuda: '13.0' }, notes: [] })
  const older = chooseRtx(cudaOf('12.4', '8.9'), false)
  t.is(older.pinned.cuda, '12.2')
  t.regex(older.notes[0]!, /CUDA 12 were taken.*12\.4.*580/)
  const error = t.throws(() => chooseRtx(cudaOf('11.4', '8.9'), false), { code: 'ERR_DRIVER_OLD', message: /11\.4/ })
  t.regex((error as unknown as { remedy: string }).remedy, /535 or newer, 580 at best/)
  t.regex(chooseRtx(cudaOf('11.4', '8.9'), true).notes[0]!, /cannot run here yet.*535/)
})

test('Enterprise is installed by the one command that fits the machine', (t) => {
  t.is(installCommand({ apt: true, pip: 'plain' }, '13.0'), 'sudo apt-get install libnvinfer11 libnvonnxparsers11')
  t.regex(
    installCommand({ apt: true, pip: 'plain' }, '12.4'),
    /^python3 -m pip install .*'tensorrt-cu12-libs==11\.\*'$/,
  )
  t.regex(installCommand({ apt: false, pip: 'plain' }, undefined), /--index-url https:\/\/pypi\.nvidia\.com .*cu13/)
  t.regex(installCommand({ apt: false, pip: 'managed' }, '13.0'), /--target '\/.*TENSORRT_ROOT='\/.*tensorrt_libs'$/)
  t.regex(installCommand({ apt: false, pip: 'none' }, '13.0'), /^tar .*TENSORRT_ROOT=/)
})
