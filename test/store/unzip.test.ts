/** Zip files: those of honest makers come out whole, and every trick is refused before anything is written. */

import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { unzip } from '#dist/store/unzip.js'
import { rejectsWith, temporaryFolder } from './help.js'
import { zipFile, type ZipFileEntry } from './zip-file.js'

async function archiveOf(t: ExecutionContext, contents: Buffer): Promise<{ archive: string; folder: string }> {
  const archive = join(await temporaryFolder(t), 'archive.zip')
  await writeFile(archive, contents)
  return { archive, folder: await temporaryFolder(t) }
}

const all = (): boolean => true

test('stored, deflated and empty files come out as they went in, and a comment does no harm', async (t) => {
  const data = Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * i) % 251))
  const entries = [{ path: 'a/stored', data, isStored: true }, { path: 'a/deflated', data }, { path: 'b/empty' }]
  const { archive, folder } = await archiveOf(t, zipFile(entries, 'PK\x05\x06 and so on'))
  await unzip(archive, { name: 'x', pick: all, folder }, {})
  t.deepEqual(await readFile(join(folder, 'a/stored')), data)
  t.deepEqual(await readFile(join(folder, 'a/deflated')), data)
  t.is((await readFile(join(folder, 'b/empty'))).length, 0)
})

const good = { path: 'good', data: 'x'.repeat(100), isStored: true }
const refused: readonly (readonly [string, RegExp, readonly ZipFileEntry[]])[] = [
  ['a path outside', /lies outside/, [{ path: 'a/../../outside', data: 'x' }]],
  ['an absolute path', /lies outside/, [{ path: '/tmp/outside', data: 'x' }]],
  ['a backslash in a path', /lies outside/, [{ path: '..\\outside', data: 'x' }]],
  ['a link', /no plain file/, [{ path: 'link', data: '/etc/passwd', mode: 0o120777 }]],
  ['a device', /no plain file/, [{ path: 'device', mode: 0o020666 }]],
  ['a folder where a file is picked', /no plain file/, [{ path: 'folder/' }]],
  ['an encrypted file', /encrypted/, [{ ...good, flags: 1 }]],
  ['an unknown packing', /unknown way/, [{ ...good, method: 12 }]],
  ['a name twice', /a name twice/, [good, good]],
  ['files that overlap', /overlaps/, [good, { ...good, path: 'again', offset: 0 }]],
  ['a file that runs into the directory', /overlaps/, [{ ...good, compressedBytes: 5000 }]],
  [
    'a file that unpacks to more than it says',
    /is not of 10 bytes/,
    [{ path: 'more', data: 'x'.repeat(100), bytes: 10 }],
  ],
  ['a file that unpacks to less than it says', /is not of 999 bytes/, [{ path: 'less', data: 'x', bytes: 999 }]],
  ['more than fits', /more than \d+ bytes/, [{ path: 'bomb', data: 'x', bytes: 0xf0000000 }]],
  ['another name in the header than in the directory', /not what its directory says/, [{ ...good, localPath: 'evil' }]],
]

for (const [what, reason, entries] of refused) {
  test(`a zip file with ${what} is refused`, async (t) => {
    const { archive, folder } = await archiveOf(t, zipFile(entries))
    const error = await rejectsWith(t, 'ERR_FETCH', unzip(archive, { name: 'x', pick: all, folder }, {}))
    t.regex(error.message, reason)
  })
}

test('a zip file cut off anywhere is refused', async (t) => {
  const whole = zipFile([good, { path: 'second', data: 'y' }])
  for (const bytes of [0, 10, whole.length - 60, whole.length - 1]) {
    const { archive, folder } = await archiveOf(t, whole.subarray(0, bytes))
    await rejectsWith(t, 'ERR_FETCH', unzip(archive, { name: 'x', pick: all, folder }, {}))
    t.deepEqual(await readdir(folder), [])
  }
})

test('what a progress callback throws ends it with that error', async (t) => {
  const { archive, folder } = await archiveOf(t, zipFile([good]))
  const onProgress = (): void => {
    throw new Error('no terminal')
  }
  await t.throwsAsync(unzip(archive, { name: 'x', pick: all, folder }, { onProgress }), { message: 'no terminal' })
})
