import test from 'ava'
import { legacyFile } from './files.js'
import { float32, openedOf, turnedDown } from './help.js'
import { dict, list, pickle, reduce, global, storage, tensor, tuple, value } from './pickles.js'

const six = float32(1, 2, 3, 4, 5, 6)
const root = dict({ w: tensor([2, 3], [3, 1]) })

test('views on storages, as files from before version 0.4 name them, are read from their place', async (t) => {
  const view = storage('0', 6, 'FloatStorage', tuple('view', 2, 3))
  const tensors = dict({ v: tensor([2], [1], { of: view, offset: 1 }), all: tensor([3], [1], { of: view }) })
  const checkpoint = await openedOf(t, legacyFile(tensors, { 0: six }))
  t.deepEqual(Buffer.from((await checkpoint.tensor('v')).data), float32(4, 5))
  t.deepEqual(Buffer.from((await checkpoint.tensor('all')).data), float32(3, 4, 5))
})

test('what Python 2 wrote is read: its strings, and ordered dicts made of pairs', async (t) => {
  const short = (text: string): Buffer => Buffer.concat([Buffer.from([0x55, text.length]), Buffer.from(text)])
  const id = tuple(short('storage'), global('torch', 'FloatStorage'), short('0'), short('cpu'), 6, null)
  const old = tensor([6], [1], { of: Buffer.concat([id, Buffer.from('Q')]) })
  const pairs = reduce(global('collections', 'OrderedDict'), tuple(list(list(short('w'), old))))
  const checkpoint = await openedOf(t, legacyFile(pairs, { 0: six }))
  t.deepEqual(Buffer.from((await checkpoint.tensor('w')).data), six)
})

test('the preamble is checked: magic number, version, byte order', async (t) => {
  const other = Buffer.concat([pickle('not a number'), pickle(1001)])
  await turnedDown(t, other, 'ERR_CHECKPOINT_FORMAT', /a pickle, but not one that torch\.save wrote/)
  await turnedDown(t, pickle(dict({ w: value(1) })), 'ERR_CHECKPOINT_FORMAT', /not one that torch\.save wrote/)
  await turnedDown(t, legacyFile(root, { 0: six }, { version: 1002 }), 'ERR_CHECKPOINT_FORMAT', /version is not 1001/)
  await turnedDown(t, legacyFile(root, { 0: six }, { isLittle: false }), 'ERR_CHECKPOINT_FORMAT', /big-endian/)
  const evil = reduce(global('os', 'system'), tuple('true'))
  await turnedDown(t, pickle(evil), 'ERR_CHECKPOINT_REFUSED', /names "os\.system"/)
})

test('the list of storages has to be what the pickle names, each with its size', async (t) => {
  const wrong = (options: Parameters<typeof legacyFile>[2]): Buffer => legacyFile(root, { 0: six }, options)
  await turnedDown(t, wrong({ keys: [] }), 'ERR_CHECKPOINT_FORMAT', /storage "0" is not there/)
  await turnedDown(t, wrong({ keys: ['1'] }), 'ERR_CHECKPOINT_FORMAT', /that it does not name/)
  await turnedDown(t, wrong({ keys: ['0', '0'] }), 'ERR_CHECKPOINT_FORMAT', /or one twice/)
  for (const count of [5, 7, 2 ** 40]) {
    await turnedDown(t, wrong({ counts: [count] }), 'ERR_CHECKPOINT_FORMAT', /has \d+ bytes, expected 24/)
  }
})

test('a file that is cut anywhere is turned down', async (t) => {
  const file = legacyFile(root, { 0: six })
  for (let length = 2; length < file.length; length += 3) {
    await turnedDown(t, file.subarray(0, length), 'ERR_CHECKPOINT_FORMAT', /truncated/)
  }
})

test('a file without an end to its pickles is refused at the limit', async (t) => {
  const file = Buffer.concat([legacyFile(root, { 0: six }).subarray(0, 60), Buffer.alloc(9 << 20, 0x4e)])
  await turnedDown(t, file, 'ERR_CHECKPOINT_REFUSED', /pickle (is longer|has more than 1000000 opcodes)/)
})
