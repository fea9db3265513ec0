import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { joinPieces, readPieces } from '#dist/setup/pieces.js'
import { rejectsWith, temporaryFolder } from '../store/help.js'

const a = 'a'.repeat(64)
const b = 'b'.repeat(64)
const chunks = [
  { hash: a, offsets: [0, 3] },
  { hash: b, offsets: [3, 5] },
]

test('pieces are read in order and joined', async (t) => {
  const folder = await temporaryFolder(t)
  await writeFile(join(folder, 'list'), JSON.stringify({ '/one': { chunks } }))
  await writeFile(join(folder, a), 'abc')
  await writeFile(join(folder, b), 'de')
  const pieces = await readPieces(join(folder, 'list'), '/one', 5)
  await joinPieces(pieces, folder, join(folder, 'joined'), {})
  t.is(await readFile(join(folder, 'joined'), 'utf8'), 'abcde')
})

for (const [what, list] of Object.entries({
  'is not JSON': '{',
  'is null': 'null',
  'is too large': JSON.stringify({ '/one': { chunks }, more: 'x'.repeat(2 << 20) }),
  'lacks the resource': JSON.stringify({ '/two': { chunks } }),
  'inherits the resource': `{"__proto__": ${JSON.stringify({ '/one': { chunks } })}}`,
  'has chunks that are no list': JSON.stringify({ '/one': { chunks: {} } }),
  'has a chunk that is null': JSON.stringify({ '/one': { chunks: [null] } }),
  'names a path': JSON.stringify({ '/one': { chunks: [{ hash: '../../etc/passwd', offsets: [0, 5] }] } }),
  'has a gap': JSON.stringify({ '/one': { chunks: [chunks[0], { hash: b, offsets: [4, 5] }] } }),
  'goes back': JSON.stringify({ '/one': { chunks: [chunks[0], { hash: b, offsets: [3, 2] }] } }),
  'has offsets that are no numbers': JSON.stringify({ '/one': { chunks: [{ hash: a, offsets: [0, '5'] }] } }),
  'has no offsets': JSON.stringify({ '/one': { chunks: [{ hash: a }] } }),
  'makes another size': JSON.stringify({ '/one': { chunks: [chunks[0]] } }),
})) {
  test(`a list that ${what} is refused`, async (t) => {
    const file = join(await temporaryFolder(t), 'list')
    await writeFile(file, list)
    await rejectsWith(t, 'ERR_FETCH', readPieces(file, '/one', 5))
  })
}

test('a piece that is missing, a link, a folder or of another size is refused', async (t) => {
  const folder = await temporaryFolder(t)
  const pieces = [{ hash: a, bytes: 3 }]
  const join3 = (name: string): Promise<void> => joinPieces(pieces, folder, join(folder, name), {})
  await rejectsWith(t, 'ERR_FETCH', join3('missing'))
  await writeFile(join(folder, 'elsewhere'), 'abc')
  await symlink(join(folder, 'elsewhere'), join(folder, a))
  await rejectsWith(t, 'ERR_FETCH', join3('link'))
  const other = await temporaryFolder(t)
  await mkdir(join(other, a))
  await rejectsWith(t, 'ERR_FETCH', joinPieces(pieces, other, join(folder, 'folder'), {}))
  const short = await temporaryFolder(t)
  await writeFile(join(short, a), 'ab')
  await rejectsWith(t, 'ERR_FETCH', joinPieces(pieces, short, join(folder, 'short'), {}))
})
