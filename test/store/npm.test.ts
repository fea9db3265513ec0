import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { fetchNpmPackage, type NpmPackage } from '#dist/store/index.js'
import { FakeNpm } from './fake-npm.js'
import { atOnce, ProgressLog, rejectsWith, temporaryFolder } from './help.js'

let npm: FakeNpm
test.before(async () => void (npm = await FakeNpm.install()))
test.after.always(() => npm.remove())

const wanted = 'package/dist/data'
const pick = (path: string): boolean => path === wanted
const unfetchable: NpmPackage = { name: 'x', version: '1.0.0', integrity: `sha512-${'A'.repeat(86)}==`, bytes: 100 }

test('the picked files come, nothing else, and the tarball goes', async (t) => {
  const folder = await temporaryFolder(t)
  const pack = await npm.publish('@scope/good', [
    { path: 'package/package.json', data: '{}' },
    { path: wanted, data: 'x'.repeat(5000) },
    { path: 'package/dist/link', type: 'SymbolicLink', linkpath: '/etc/passwd' },
  ])
  const log = new ProgressLog()
  await fetchNpmPackage({ ...pack, pick, folder }, log)
  t.is(await readFile(join(folder, wanted), 'utf8'), 'x'.repeat(5000))
  t.deepEqual(await readdir(folder, { recursive: true }), ['package', 'package/dist', 'package/dist/data'])
  log.check(t)
  t.deepEqual([...new Set(log.events.map(({ stage }) => stage))], ['fetch', 'hash', 'write'])
})

test("npm runs no scripts, in an empty folder that is also its prefix, so that no project's settings are read", async (t) => {
  const folder = await temporaryFolder(t)
  await writeFile(join(folder, '.npmrc'), 'registry=http://localhost:1')
  await writeFile(join(folder, 'package.json'), '{}')
  await mkdir(join(folder, 'inside'))
  const pack = await npm.publish('settings', [{ path: wanted, data: 'x' }])
  await fetchNpmPackage({ ...pack, pick, folder: join(folder, 'inside') })
  const [call] = await npm.calls('settings')
  t.deepEqual(call?.args.slice(0, 2), ['pack', 'settings@1.0.0'])
  t.true(call?.args.includes('--ignore-scripts'))
  t.is(call?.args[call.args.indexOf('--prefix') + 1], call?.cwd)
  t.deepEqual(call?.files, [])
})

test('a tarball of another hash or size is refused, and nothing of it is unpacked', async (t) => {
  const folder = await temporaryFolder(t)
  const pack = await npm.publish('other', [{ path: wanted, data: 'x' }])
  const { integrity } = unfetchable
  const error = await rejectsWith(t, 'ERR_HASH', fetchNpmPackage({ ...pack, integrity, pick, folder }))
  t.is(error.details.package, 'other@1.0.0')
  await rejectsWith(t, 'ERR_HASH', fetchNpmPackage({ ...pack, bytes: pack.bytes + 1, pick, folder }))
  t.deepEqual(await readdir(folder), [])
})

for (const [what, entry] of Object.entries({
  'a path outside': { path: 'package/../../outside', data: 'x' },
  'an absolute path': { path: '/tmp/outside', data: 'x' },
  'a link where a file is wanted': { path: wanted, type: 'SymbolicLink', linkpath: '/etc/passwd' },
  'a hard link where a file is wanted': { path: wanted, type: 'Link', linkpath: 'package/other' },
} as const)) {
  test(`a tarball with ${what} is refused`, async (t) => {
    const folder = await temporaryFolder(t)
    const pack = await npm.publish(`has-${what.replaceAll(' ', '-')}`, [{ path: 'package/other', data: 'x' }, entry])
    const error = await rejectsWith(t, 'ERR_FETCH', fetchNpmPackage({ ...pack, pick, folder }))
    t.regex(error.message, /lies outside|no plain file/)
    t.deepEqual(await readdir(folder), [])
  })
}

test('a tarball that is no tarball is refused', async (t) => {
  const folder = await temporaryFolder(t)
  const pack = await npm.publish('garbage', [{ path: wanted, data: 'x'.repeat(9000) }])
  const file = join(npm.folder, 'garbage.tgz')
  const tarball = (await readFile(file)).subarray(0, pack.bytes - 20)
  await writeFile(file, tarball)
  const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`
  const truncated = { ...pack, bytes: tarball.length, integrity }
  await rejectsWith(t, 'ERR_FETCH', fetchNpmPackage({ ...truncated, pick, folder }))
})

test('what npm says when it fails is in the details', async (t) => {
  const folder = await temporaryFolder(t)
  const error = await rejectsWith(t, 'ERR_FETCH', fetchNpmPackage({ ...unfetchable, name: 'is-broken', pick, folder }))
  t.regex(String(error.details.npm), /ENOTFOUND/)
  t.regex(error.remedy, /network/)
  t.deepEqual(await readdir(folder), [])
})

test('a disk that is too full for npm is an error of the store', async (t) => {
  const folder = await temporaryFolder(t)
  const error = await rejectsWith(
    t,
    'ERR_STORE_WRITE',
    fetchNpmPackage({ ...unfetchable, name: 'is-too-large', pick, folder }),
  )
  t.is(error.details.reason, 'ENOSPC')
  t.regex(error.message, /is-too-large@1.0.0/)
})

test('an abort ends npm and what it started at once, and leaves nothing', async (t) => {
  const folder = await temporaryFolder(t)
  const controller = new AbortController()
  const { signal } = controller
  const fetching = fetchNpmPackage({ ...unfetchable, name: 'hangs', pick, folder }, { signal })
  while (!isRunning(hanging)) await sleep(20)
  const began = performance.now()
  controller.abort()
  await rejectsWith(t, 'ERR_ABORTED', fetching)
  // It was killed too, but what npm started may end a moment after npm.
  while (isRunning(hanging) && performance.now() - began < atOnce) await sleep(20)
  t.true(performance.now() - began < atOnce)
  t.deepEqual(await readdir(folder), [])
})

test('a progress callback that throws ends the fetch with its error', async (t) => {
  const folder = await temporaryFolder(t)
  const onProgress = (): void => {
    throw new Error('no terminal')
  }
  const fetching = fetchNpmPackage({ ...unfetchable, name: 'hangs', pick, folder }, { onProgress })
  await t.throwsAsync(fetching, { message: 'no terminal' })
  t.deepEqual(await readdir(folder), [])
})

test.serial('without npm it says to install it', async (t) => {
  const folder = await temporaryFolder(t)
  const path = process.env.PATH
  process.env.PATH = folder
  t.teardown(() => (process.env.PATH = path))
  const error = await rejectsWith(t, 'ERR_FETCH', fetchNpmPackage({ ...unfetchable, pick, folder }))
  t.regex(error.remedy, /Install npm/)
})

test('names, versions and hashes that are none are refused before npm sees them', async (t) => {
  const folder = await temporaryFolder(t)
  for (const wrong of [{ name: '--registry=x' }, { name: '../x' }, { version: 'latest' }, { integrity: 'sha1-abc' }]) {
    await rejectsWith(t, 'ERR_ARGUMENT', fetchNpmPackage({ ...unfetchable, ...wrong, pick, folder }))
  }
})

/** What the fake npm starts for `hangs`. */
const hanging = 'sleep\0' + '61.7'

/** Whether a process with that command line lives. */
function isRunning(commandLine: string): boolean {
  return readdirSync('/proc').some((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(commandLine)
    } catch {
      return false
    }
  })
}
