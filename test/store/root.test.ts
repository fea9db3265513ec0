import { chmod, chown, lstat, mkdir, readdir, symlink } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { PdfnetError } from '#dist/errors.js'
import { Store, storeRoot } from '#dist/store/index.js'
import { makerOf, rejectsWith, temporaryFolder } from './help.js'

test('the root is PDFNET_TRT_STORE, else in XDG_CACHE_HOME, else in ~/.cache', (t) => {
  t.is(storeRoot({ PDFNET_TRT_STORE: '/a/store/', XDG_CACHE_HOME: '/b' }), '/a/store')
  t.is(storeRoot({ XDG_CACHE_HOME: '/b' }), '/b/pdfnet-trt')
  t.is(storeRoot({ XDG_CACHE_HOME: 'relative' }), join(homedir(), '.cache/pdfnet-trt'))
  t.is(storeRoot({ PDFNET_TRT_STORE: '' }), join(homedir(), '.cache/pdfnet-trt'))
})

test('a relative root is refused', async (t) => {
  t.throws(() => storeRoot({ PDFNET_TRT_STORE: 'store' }), { instanceOf: PdfnetError, code: 'ERR_ARGUMENT' })
  await rejectsWith(t, 'ERR_ARGUMENT', Store.open('store'))
  await rejectsWith(t, 'ERR_ARGUMENT', Store.open(7 as unknown as string))
})

test('opening makes nothing; adding makes the root for us only', async (t) => {
  const folder = await temporaryFolder(t)
  const store = await Store.open(join(folder, 'a/b'))
  t.is(await store.find('weights', 'none'), undefined)
  t.deepEqual(await store.list(), [])
  t.deepEqual(await readdir(folder), [])
  await store.add('weights', 'one', makerOf({ data: 'x' }))
  t.is((await lstat(store.root)).mode & 0o777, 0o700)
  t.is((await lstat(join(folder, 'a'))).mode & 0o777, 0o700)
})

test('a symbolic link on the path is refused by name', async (t) => {
  const folder = await temporaryFolder(t)
  await mkdir(join(folder, 'real/store'), { recursive: true })
  await symlink(join(folder, 'real'), join(folder, 'link'))
  const error = await rejectsWith(t, 'ERR_STORE_TRUST', Store.open(join(folder, 'link/store')))
  t.is(error.details.folder, join(folder, 'link'))
  await symlink(join(folder, 'real/store'), join(folder, 'direct'))
  await rejectsWith(t, 'ERR_STORE_TRUST', Store.open(join(folder, 'direct')))
})

for (const [who, mode] of [
  ['group', 0o770],
  ['all', 0o707],
] as const) {
  test(`a folder on the path that ${who} may write to is refused with the command that mends it`, async (t) => {
    const folder = await temporaryFolder(t)
    await mkdir(join(folder, 'open'))
    await chmod(join(folder, 'open'), mode)
    const error = await rejectsWith(t, 'ERR_STORE_TRUST', Store.open(join(folder, 'open/store')))
    t.is(error.details.folder, join(folder, 'open'))
    t.regex(error.remedy, /chmod go-w/)
  })
}

test('a sticky folder of ours on the path is accepted, but not as the root itself', async (t) => {
  const folder = await temporaryFolder(t)
  await mkdir(join(folder, 'sticky'))
  await chmod(join(folder, 'sticky'), 0o1777)
  await t.notThrowsAsync(Store.open(join(folder, 'sticky/store')))
  await rejectsWith(t, 'ERR_STORE_TRUST', Store.open(join(folder, 'sticky')))
})

test('a root of ours that others could read is tightened when something is added', async (t) => {
  const root = join(await temporaryFolder(t), 'store')
  await mkdir(root)
  await chmod(root, 0o755)
  await (await Store.open(root)).add('weights', 'one', makerOf({ data: 'x' }))
  t.is((await lstat(root)).mode & 0o777, 0o700)
})

test('a file where the root should be is refused', async (t) => {
  await rejectsWith(t, 'ERR_STORE_TRUST', Store.open('/dev/null'))
})

test("another user's folder on the path is refused", async (t) => {
  if (process.getuid!() !== 0) {
    t.log('passed over: only root can give a folder away')
    return t.pass()
  }
  const folder = await temporaryFolder(t)
  await mkdir(join(folder, 'theirs'))
  await chown(join(folder, 'theirs'), 65534, 65534)
  const error = await rejectsWith(t, 'ERR_STORE_TRUST', Store.open(join(folder, 'theirs/store')))
  t.is(error.details.folder, join(folder, 'theirs'))
})
