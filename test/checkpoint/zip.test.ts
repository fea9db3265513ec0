import { deflateRawSync } from 'node:zlib'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { temporaryFolder } from '../store/help.js'
import { torchEntries, writeSparse, zipChunks, zipFile, type ZipEntry } from './files.js'
import { fixture, float32, opened, openedOf, turnedDown } from './help.js'
import { dict, pickle, storage, tensor } from './pickles.js'

const root = dict({ w: tensor([2, 3], [3, 1]) })
const six = float32(1, 2, 3, 4, 5, 6)
const entries = torchEntries(root, { 0: six })
const data = entries[2]!

/** The entries with the storage changed. */
const withData = (change: Partial<ZipEntry>): Buffer =>
  zipFile(entries.map((entry) => (entry === data ? { ...entry, ...change } : entry)))

test('zip64, and a comment at the end, change nothing', async (t) => {
  for (const options of [{}, { zip64: true }, { comment: 'PK\x05\x06, a comment' }, { zip64: true, comment: 'x' }]) {
    const checkpoint = await openedOf(t, zipFile(entries, options))
    t.deepEqual(Buffer.from((await checkpoint.tensor('w')).data), six)
  }
})

test('a tensor past 4 GiB of the file is read from its place', async (t) => {
  const path = join(await temporaryFolder(t), 'large.pth')
  const large = 2 ** 32 + 64
  const both = dict({
    large: tensor([large], [1], { of: storage('0', large, 'ByteStorage') }),
    small: tensor([2], [1], { of: storage('1', 2) }),
    end: tensor([4], [1], { of: storage('0', large, 'ByteStorage'), offset: large - 4 }),
  })
  await writeSparse(path, zipChunks(torchEntries(both, { 0: large, 1: float32(3, 4) }), { zip64: true }))
  const checkpoint = await opened(t, path)
  t.deepEqual(Buffer.from((await checkpoint.tensor('small')).data), float32(3, 4))
  t.deepEqual(Buffer.from((await checkpoint.tensor('end')).data), Buffer.alloc(4))
  t.is(checkpoint.entries.get('large')!.range!.length, large)
  await t.throwsAsync(checkpoint.tensor('large'), { code: 'ERR_CHECKPOINT_REFUSED' })
})

test('deflated and encrypted entries are turned down', async (t) => {
  const deflated = { data: deflateRawSync(six), method: 8 }
  const error = await turnedDown(t, withData(deflated), 'ERR_CHECKPOINT_FORMAT', /"archive\/data\/0" is compressed/)
  t.regex(error.remedy, /torch\.save/)
  await turnedDown(t, withData({ flags: 1 }), 'ERR_CHECKPOINT_FORMAT', /encrypted/)
  await turnedDown(t, withData({ said: { storedBytes: 3 } }), 'ERR_CHECKPOINT_FORMAT', /two sizes/)
})

test('overlapping entries are turned down, whichever they overlap', async (t) => {
  const overlap = /overlaps/
  await turnedDown(t, withData({ said: { bytes: 25, storedBytes: 25 } }), 'ERR_CHECKPOINT_FORMAT', overlap)
  // The same bytes as another entry, under its own header.
  const again = { name: 'archive/data/1', data: Buffer.alloc(0), said: { bytes: 24, storedBytes: 24, header: 0 } }
  await turnedDown(t, zipFile([...entries, again]), 'ERR_CHECKPOINT_FORMAT', /overlaps|not what the directory says/)
  // The last one runs into the directory.
  const last = { name: 'archive/end', data: six, said: { bytes: 30, storedBytes: 30 } }
  await turnedDown(t, zipFile([...entries, last]), 'ERR_CHECKPOINT_FORMAT', overlap)
  // An entry around another.
  const inner = zipFile([{ name: 'archive/inner', data: six }]).subarray(0, 30 + 13 + 24)
  const around = zipFile([...entries, { name: 'archive/outer', data: inner }])
  const at = around.indexOf(inner)
  const both = zipFile([
    ...entries,
    { name: 'archive/outer', data: inner },
    { name: 'archive/inner', data: Buffer.alloc(0), said: { bytes: 24, storedBytes: 24, header: at } },
  ])
  await turnedDown(t, both, 'ERR_CHECKPOINT_FORMAT', overlap)
})

test('names that lead elsewhere, stand twice or are not text are turned down', async (t) => {
  for (const name of ['../x', 'archive/../x', '/etc/x', 'archive//x', 'archive/./x', 'archive\\x', 'archive/\0x', '']) {
    await turnedDown(t, withData({ name }), 'ERR_CHECKPOINT_FORMAT', /leads elsewhere/)
  }
  await turnedDown(t, withData({ name: Buffer.from([0x61, 0xff]) }), 'ERR_CHECKPOINT_FORMAT', /not UTF-8/)
  await turnedDown(t, zipFile([...entries, data]), 'ERR_CHECKPOINT_FORMAT', /stands twice/)
  await turnedDown(t, withData({ name: 'other/data/0' }), 'ERR_CHECKPOINT_FORMAT', /not one that torch\.save wrote/)
})

test("an entry's own header has to agree with the directory", async (t) => {
  const disagrees = /is not what the directory says/
  await turnedDown(t, withData({ local: { name: 'archive/data/9' } }), 'ERR_CHECKPOINT_FORMAT', disagrees)
  await turnedDown(t, withData({ local: { method: 8 } }), 'ERR_CHECKPOINT_FORMAT', disagrees)
  await turnedDown(
    t,
    withData({ said: { header: 300 } }),
    'ERR_CHECKPOINT_FORMAT',
    /overlaps|is not what the directory says/,
  )
  await turnedDown(t, withData({ said: { header: 1e9 } }), 'ERR_CHECKPOINT_FORMAT', /truncated/)
})

test('a file that is cut anywhere is turned down', async (t) => {
  const file = zipFile(entries, { zip64: true })
  for (let length = 4; length < file.length; length += 7) {
    await turnedDown(t, file.subarray(0, length), 'ERR_CHECKPOINT_FORMAT', /truncated/)
  }
})

test('a zip file of something else, and a big-endian one, are turned down', async (t) => {
  await turnedDown(
    t,
    zipFile([{ name: 'word/document.xml', data: six }]),
    'ERR_CHECKPOINT_FORMAT',
    /not one that torch/,
  )
  await turnedDown(
    t,
    zipFile([{ name: 'data.pkl', data: pickle(root) }]),
    'ERR_CHECKPOINT_FORMAT',
    /not one that torch/,
  )
  const big = zipFile(
    entries.map((entry) => (entry.name === 'archive/byteorder' ? { ...entry, data: Buffer.from('big') } : entry)),
  )
  await turnedDown(t, big, 'ERR_CHECKPOINT_FORMAT', /byte order is "big"/)
})

test('limits: entries, and what the directory says of itself', async (t) => {
  const many = Array.from({ length: 20_001 }, (_, index) => ({ name: `archive/${index}`, data: Buffer.alloc(0) }))
  await turnedDown(t, zipFile(many), 'ERR_CHECKPOINT_REFUSED', /20001 entries, expected 20000/)
  const file = zipFile(entries, { zip64: true })
  const record = file.lastIndexOf(Buffer.from('PK\x06\x06'))
  const patched = (offset: number, value: bigint): Buffer => {
    const copy = Buffer.from(file)
    copy.writeBigUInt64LE(value, record + offset)
    return copy
  }
  await turnedDown(t, patched(48, 2n ** 60n), 'ERR_CHECKPOINT_FORMAT', /outside the file/)
  await turnedDown(t, patched(40, 2n ** 63n), 'ERR_CHECKPOINT_FORMAT', /outside the file/)
  await turnedDown(t, patched(32, 3n), 'ERR_CHECKPOINT_FORMAT', /directory is damaged/)
  await turnedDown(t, patched(32, 5n), 'ERR_CHECKPOINT_FORMAT', /directory is damaged/)
})

test("PyTorch's own files are turned down wherever they are cut", async (t) => {
  const file = await readFile(fixture('protocol2.pth'))
  for (let length = 4; length < file.length; length += 101) {
    await turnedDown(t, file.subarray(0, length), 'ERR_CHECKPOINT_FORMAT', /truncated/)
  }
})
