/** Wheels by way of pip: only what was picked, only when its hash is right, and gone at once on an abort. */

import { mkdir, readdir, readFile, readlink, stat, writeFile } from 'node:fs/promises'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { fetchPipWheel, type PipWheel } from '#dist/store/index.js'
import { FakePython } from './fake-python.js'
import { atOnce, ProgressLog, rejectsWith, temporaryFolder } from './help.js'

let python: FakePython
test.before(async () => void (python = await FakePython.install()))
test.after.always(() => python.remove())

const wanted = 'package/lib.so.1'
const pick = (path: string): boolean => path === wanted
const unfetchable: PipWheel = { name: 'x', version: '1.0.0', sha256: '0'.repeat(64), bytes: 100 }

test('the picked files come, nothing else, and the wheel goes', async (t) => {
  const folder = await temporaryFolder(t)
  const wheel = await python.publish('good', [
    { path: 'package/__init__.py', data: 'raise SystemExit' },
    { path: wanted, data: 'x'.repeat(5000) },
    { path: 'package/link', data: '/etc/passwd', mode: 0o120777, isStored: true },
  ])
  const log = new ProgressLog()
  await fetchPipWheel({ ...wheel, pick, folder }, log)
  t.is(await readFile(join(folder, wanted), 'utf8'), 'x'.repeat(5000))
  t.is((await stat(join(folder, wanted))).mode & 0o777, 0o600)
  t.deepEqual(await readdir(folder, { recursive: true }), ['package', wanted])
  log.check(t)
  t.deepEqual([...new Set(log.events.map(({ stage }) => stage))], ['fetch', 'hash', 'write'])
})

test('pip is run isolated, for one wheel of one hash, and works in a folder of its own', async (t) => {
  const folder = await temporaryFolder(t)
  await writeFile(join(folder, 'pip.py'), 'raise SystemExit')
  await mkdir(join(folder, 'inside'))
  const wheel = await python.publish('settings', [{ path: wanted, data: 'x' }])
  await fetchPipWheel({ ...wheel, pick, folder: join(folder, 'inside') })
  const [call] = await python.calls('settings')
  t.deepEqual(call?.args.slice(0, 4), ['-I', '-m', 'pip', 'download'])
  for (const option of ['--no-deps', '--only-binary=:all:', '--require-hashes']) t.true(call?.args.includes(option))
  t.is(call?.requirements, `settings==1.0.0 --hash=sha256:${wheel.sha256}\n`)
  t.deepEqual(call?.files, [])
  t.true(call?.temporary.startsWith(join(folder, 'inside')))
})

test('a wheel of another hash or size is refused, whatever pip thought of it, and nothing of it is unpacked', async (t) => {
  const folder = await temporaryFolder(t)
  const wheel = await python.publish('other', [{ path: wanted, data: 'x' }])
  const sha256 = '0'.repeat(64)
  const error = await rejectsWith(t, 'ERR_HASH', fetchPipWheel({ ...wheel, sha256, pick, folder }))
  t.is(error.details.package, 'other==1.0.0')
  await rejectsWith(t, 'ERR_HASH', fetchPipWheel({ ...wheel, bytes: wheel.bytes + 1, pick, folder }))
  t.deepEqual(await readdir(folder), [])
})

test('a wheel without what is wanted, or that is none, is refused', async (t) => {
  const folder = await temporaryFolder(t)
  const lacking = await python.publish('lacking', [{ path: 'package/other', data: 'x' }])
  t.regex((await rejectsWith(t, 'ERR_FETCH', fetchPipWheel({ ...lacking, pick, folder }))).message, /nothing/)
  const garbage = await python.publishFile('garbage', Buffer.alloc(9000, 'x'))
  t.regex((await rejectsWith(t, 'ERR_FETCH', fetchPipWheel({ ...garbage, pick, folder }))).message, /not a whole zip/)
  t.deepEqual(await readdir(folder), [])
})

for (const [name, code, remedy] of [
  ['has-no-pip', 'ERR_FETCH', /python3-pip/],
  ['is-offline', 'ERR_FETCH', /network/],
  ['is-nowhere', 'ERR_FETCH', /20\.3/],
  ['is-other', 'ERR_HASH', /do not trust/],
  ['is-too-large', 'ERR_STORE_WRITE', /space/],
] as const) {
  test(`a package that ${name.replaceAll('-', ' ')} is ${code} with what to do`, async (t) => {
    const folder = await temporaryFolder(t)
    const error = await rejectsWith(t, code, fetchPipWheel({ ...unfetchable, name, pick, folder }))
    t.regex(error.remedy, remedy)
    t.true(error.message.includes(`${name}==1.0.0`))
    t.deepEqual(await readdir(folder), [])
  })
}

test('an abort ends pip and what it started at once, and leaves nothing', async (t) => {
  const folder = await temporaryFolder(t)
  const controller = new AbortController()
  const { signal } = controller
  const fetching = fetchPipWheel({ ...unfetchable, name: 'hangs', pick, folder }, { signal })
  while (!(await isRunning())) await sleep(20)
  const began = performance.now()
  controller.abort()
  await rejectsWith(t, 'ERR_ABORTED', fetching)
  while ((await isRunning()) && performance.now() - began < atOnce) await sleep(20)
  t.true(performance.now() - began < atOnce)
  t.deepEqual(await readdir(folder), [])
})

test.serial('without Python it says to install it', async (t) => {
  const folder = await temporaryFolder(t)
  const path = process.env.PATH
  process.env.PATH = folder
  t.teardown(() => (process.env.PATH = path))
  const error = await rejectsWith(t, 'ERR_FETCH', fetchPipWheel({ ...unfetchable, pick, folder }))
  t.regex(error.message, /python3 could not be started/)
  t.regex(error.remedy, /Install Python/)
})

test('names, versions and hashes that are none are refused before pip sees them', async (t) => {
  const folder = await temporaryFolder(t)
  for (const wrong of [{ name: '--index-url=x' }, { name: 'a b' }, { version: '>=1' }, { sha256: 'abc' }]) {
    await rejectsWith(t, 'ERR_ARGUMENT', fetchPipWheel({ ...unfetchable, ...wrong, pick, folder }))
  }
})

/** Whether what the fake pip starts for `hangs` lives. */
async function isRunning(): Promise<boolean> {
  for (const pid of readdirSync('/proc')) {
    try {
      if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(['sleep', '61.8'].join('\0'))) continue
      await readlink(`/proc/${pid}/exe`)
      return true
    } catch {
      continue
    }
  }
  return false
}
