import test from 'ava'
import { fixture, openedOf, turnedDown, float32 } from './help.js'
import { legacyFile, torchFile } from './files.js'
import { dict, global, list, pickle, reduce, storage, tensor, tuple, uint32, uint64, value } from './pickles.js'
import { openCheckpoint } from '#dist/checkpoint/index.js'
import { rejectsWith } from '../store/help.js'

const six = { 0: float32(1, 2, 3, 4, 5, 6) }
const weight = tensor([2, 3], [3, 1])
const bytes = (...values: number[]): Buffer => Buffer.from(values)
const times = (count: number, part: Buffer): Buffer => Buffer.concat(new Array<Buffer>(count).fill(part))

test('what the assembler writes is read: the tests below fail for their own reasons', async (t) => {
  for (const file of [torchFile(dict({ w: weight }), six), legacyFile(dict({ w: weight }), six)]) {
    const checkpoint = await openedOf(t, file)
    t.deepEqual(Buffer.from((await checkpoint.tensor('w')).data), six[0])
  }
})

test('every way to name a class that is not known to be data is refused by its name, in both formats', async (t) => {
  const stackGlobal = Buffer.concat([value('posix'), value('system'), bytes(0x93)])
  const named: [string, Buffer][] = [
    ['posix.system', global('posix', 'system')],
    ['posix.system', stackGlobal],
    ['posix.system', reduce(global('posix', 'system'), tuple('true'))],
    ['builtins.eval', reduce(global('builtins', 'eval'), tuple('1'))],
    ['__builtin__.getattr', global('__builtin__', 'getattr')],
    ['torch.load', reduce(global('torch', 'load'), tuple('/etc/passwd'))],
    ['torch.storage._load_from_bytes', reduce(global('torch.storage', '_load_from_bytes'), tuple('x'))],
    ['collections.OrderedDict.fromkeys', global('collections', 'OrderedDict.fromkeys')],
    ['constructor.prototype', global('constructor', 'prototype')],
    ['__proto__.x', global('__proto__', 'x')],
  ]
  for (const [name, bad] of named) {
    for (const root of [bad, dict({ w: weight, epoch: bad }), dict({ state_dict: dict({ w: weight }), args: bad })]) {
      for (const file of [torchFile(root, six), legacyFile(root, six)]) {
        const error = await turnedDown(t, file, 'ERR_CHECKPOINT_REFUSED', /names ".*", which is not known to be data/)
        t.is(error.details.global, name)
        t.true(error.message.includes(`"${name}"`), error.message)
        t.regex(error.remedy, /state_dict\(\)/)
      }
    }
  }
})

test('whole modules, types that are not supported and TorchScript programs as PyTorch writes them are turned down', async (t) => {
  const said = async (file: string) => (await t.throwsAsync(openCheckpoint(fixture(file)))).message
  t.regex(await said('whole-module.pth'), /names "torch\.nn\.modules\.container\.Sequential"/)
  t.regex(await said('complex.pth'), /names "torch\.ComplexFloatStorage"/)
  t.regex(await said('negated.pth'), /conjugated or negated/)
  t.regex(await said('torchscript.pt'), /TorchScript/)
  t.regex(await said('tensor.pth'), /holds no dict of tensors/)
})

test('tensors of kinds that are not read are told from code, with what to do about them', async (t) => {
  for (const [module, name, remedy] of [
    ['torch', 'ComplexDoubleStorage', /real/],
    ['torch.storage', 'QInt8Storage', /dequantize/],
    ['torch._utils', '_rebuild_qtensor', /dequantize/],
    ['torch._utils', '_rebuild_sparse_tensor', /to_dense/],
    ['torch', 'float8_e4m3fn', /float/],
    ['torch._utils', '_rebuild_meta_tensor_no_storage', /Load/],
  ] as const) {
    const file = torchFile(dict({ w: weight, v: global(module, name) }), six)
    const error = await turnedDown(t, file, 'ERR_CHECKPOINT_REFUSED', /names ".*, expected tensors of plain numbers/)
    t.is(error.details.global, `${module}.${name}`)
    t.regex(error.remedy, remedy)
  }
})

test('a pickle that nests without end is refused, however it nests', async (t) => {
  const endless: Record<string, Buffer> = {
    marks: times(5000, Buffer.from('(')),
    tuples: Buffer.concat([bytes(0x29), times(5000, bytes(0x85))]),
    lists: Buffer.concat([times(5000, Buffer.from(']')), times(4999, Buffer.from('a'))]),
    dicts: Buffer.concat([
      times(90, Buffer.concat([bytes(0x7d), value('k')])),
      times(200, Buffer.concat([bytes(0x7d), value('k')])),
      bytes(0x7d),
      times(290, Buffer.from('s')),
    ]),
  }
  for (const [how, nested] of Object.entries(endless)) {
    for (const file of [torchFile(nested, six), legacyFile(nested, six)]) {
      await turnedDown(t, file, 'ERR_CHECKPOINT_REFUSED', /nests deeper than 100 levels/)
    }
    t.pass(how)
  }
})

test('dicts that hold themselves end the search for a state dict', async (t) => {
  // d = {}; d['model'] = d
  const own = Buffer.concat([bytes(0x7d, 0x71, 0), value('model'), bytes(0x68, 0), Buffer.from('s')])
  await turnedDown(t, torchFile(own, six), 'ERR_CHECKPOINT_FORMAT', /holds no dict of tensors: its keys are "model"/)
})

test('one list of pairs cannot become any number of dicts', async (t) => {
  const pairs = list(...Array.from({ length: 1000 }, (_, index) => tuple(`key${index}`, 1)))
  const again = Buffer.concat([global('collections', 'OrderedDict'), bytes(0x68, 0, 0x85), Buffer.from('R0')])
  const root = Buffer.concat([pairs, bytes(0x71, 0), times(20_000, again)])
  await turnedDown(t, torchFile(root, six), 'ERR_CHECKPOINT_REFUSED', /dicts of more than 1000000 pairs/)
})

test('limits: opcodes, length, integers, names, memo', async (t) => {
  const cases: [Buffer, RegExp][] = [
    [times(600_000, Buffer.from('N0')), /more than 1000000 opcodes/],
    [Buffer.concat([bytes(0x58), uint32(9 << 20), Buffer.alloc(9 << 20)]), /pickle (has 94\d+ bytes|is longer)/],
    [Buffer.concat([bytes(0x8b), uint32(1000), Buffer.alloc(1000)]), /integer of 1000 bytes/],
    [global('torch', 'x'.repeat(300)), /more than 256 bytes/],
  ]
  for (const [root, message] of cases) {
    for (const file of [torchFile(root, six), legacyFile(root, six)]) {
      await turnedDown(t, file, 'ERR_CHECKPOINT_REFUSED', message)
    }
  }
  const far = Buffer.concat([bytes(0x4e, 0x72), uint32(4_000_000_000)])
  await turnedDown(t, torchFile(far, six), 'ERR_CHECKPOINT_FORMAT', /number that is too large/)
})

test('pickles that are no pickles are ERR_CHECKPOINT_FORMAT', async (t) => {
  const cases: [Buffer, RegExp][] = [
    [Buffer.from('0'), /takes more than it gave/],
    [Buffer.from('(0'), /takes more than it gave/],
    [Buffer.from('t'), /ends a group/],
    [bytes(0x68, 7), /recalls what/],
    [bytes(0xff), /0xff/],
    [Buffer.from('Pstorage\n'), /0x50/],
    [Buffer.from('i__main__\nx\n'), /0x69/],
    [bytes(0x97), /0x97/],
    [Buffer.concat([value(1), tuple(), Buffer.from('R')]), /applies what is no class/],
    [Buffer.concat([value(1), value(2), Buffer.from('a')]), /cannot hold it/],
    [Buffer.concat([list(), value('k'), value('v'), Buffer.from('s')]), /cannot hold it/],
    [Buffer.concat([bytes(0x7d), Buffer.from('('), value('k'), Buffer.from('u')]), /key without a value/],
    [Buffer.concat([value(1), value('x'), bytes(0x93)]), /names a class by no name/],
    [Buffer.concat([value('x'), Buffer.from('Q')]), /outside value that is no storage/],
    [Buffer.concat([tuple('module', 'x', 'y', 'z'), Buffer.from('Q')]), /outside value that is no storage/],
    [bytes(0x58, 0xff, 0xff, 0xff, 0x7f), /truncated/],
    [Buffer.concat([bytes(0x8d), uint64(2n ** 63n)]), /truncated/],
    [Buffer.from('cposix'), /truncated/],
  ]
  for (const [root, message] of cases) {
    await turnedDown(t, torchFile(root, six), 'ERR_CHECKPOINT_FORMAT', message)
  }
  for (const protocol of [0, 1, 6, 255]) {
    const data = pickle(dict({ w: weight }), protocol)
    const file = torchFile(dict({ w: weight }), six)
    data.copy(file, file.indexOf(pickle(dict({ w: weight }))))
    await turnedDown(t, file, 'ERR_CHECKPOINT_FORMAT', /protocol from 2 to 5/)
  }
})

test('tensors that reach outside their storage, or are no views, are turned down', async (t) => {
  const outside: Buffer[] = [
    tensor([2, 4], [4, 1]),
    tensor([2, 3], [3, 1], { offset: 1 }),
    tensor([1], [1], { offset: 6 }),
    tensor([2], [6]),
    tensor([1], [1], { offset: 2 ** 40 }),
    tensor([2], [2 ** 52]),
    tensor([2 ** 30], [1]),
    tensor([7], [1], { of: storage('0', 6, 'FloatStorage', tuple('v', 0, 6)) }),
    tensor([3], [1], { of: storage('0', 6, 'FloatStorage', tuple('v', 0, 2)) }),
  ]
  const none: Buffer[] = [
    tensor([2, 3], [3]),
    tensor([-1], [1]),
    tensor([6], [-1]),
    tensor([2], [1], { offset: -1 }),
    tensor(['x'], [1]),
    tensor([1], [1], { of: value('storage') }),
    // The product of its sizes is neither 0 nor finite.
    tensor([...new Array<number>(30).fill(2 ** 40), 0], new Array<number>(31).fill(1)),
    reduce(global('torch._utils', '_rebuild_tensor_v2'), tuple()),
    reduce(global('torch._utils', '_rebuild_parameter'), tuple(1)),
    reduce(
      global('torch._tensor', '_rebuild_from_type_v2'),
      tuple(global('torch.nn.parameter', 'Parameter'), 1, tuple(), 1),
    ),
    reduce(global('collections', 'OrderedDict'), tuple(1)),
  ]
  for (const bad of outside) {
    for (const file of [torchFile(dict({ w: bad }), six), legacyFile(dict({ w: bad }), six)]) {
      await turnedDown(t, file, 'ERR_CHECKPOINT_FORMAT', /reaches outside its storage/)
    }
  }
  for (const bad of none) {
    const error = await t.throwsAsync(openedOf(t, torchFile(dict({ w: bad }), six)))
    t.is((error as { code?: unknown }).code, 'ERR_CHECKPOINT_FORMAT', error.message)
  }
  const view = tensor([1], [1], { of: storage('0', 6, 'FloatStorage', tuple('v', 5, 2)) })
  await turnedDown(t, torchFile(dict({ w: view }), six), 'ERR_CHECKPOINT_FORMAT', /reaches outside of it/)
})

test('a few bytes cannot stand for a huge tensor, nor for one of endless dimensions', async (t) => {
  const huge = dict({ w: tensor([1 << 30], [0]) })
  await turnedDown(t, torchFile(huge, six), 'ERR_CHECKPOINT_REFUSED', /repeats its elements to 4294967296 bytes/)
  const ones = new Array<number>(40).fill(1)
  await turnedDown(t, torchFile(dict({ w: tensor(ones, ones) }), six), 'ERR_CHECKPOINT_REFUSED', /40 dimensions/)
})

test('storages that are missing, of another size, or named with two sizes are turned down', async (t) => {
  const root = dict({ w: weight })
  await turnedDown(t, torchFile(root, {}), 'ERR_CHECKPOINT_FORMAT', /storage "0" is not there/)
  await turnedDown(t, torchFile(root, { 0: float32(1) }), 'ERR_CHECKPOINT_FORMAT', /has 4 bytes, expected 24/)
  const two = dict({ w: weight, v: tensor([1], [1], { of: storage('0', 2) }) })
  await turnedDown(t, torchFile(two, six), 'ERR_CHECKPOINT_FORMAT', /storage "0" has two sizes/)
  const elsewhere = dict({ w: tensor([1], [1], { of: storage('../data.pkl', 6) }) })
  await turnedDown(t, torchFile(elsewhere, six), 'ERR_CHECKPOINT_FORMAT', /is not there/)
})

test('a dict without tensors is turned down, and its keys are named', async (t) => {
  const keys = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`key${index}`, index]))
  const error = await turnedDown(t, torchFile(dict(keys), six), 'ERR_CHECKPOINT_FORMAT', /its keys are "key0", "key1"/)
  t.false(error.message.includes('key15'))
  await turnedDown(t, torchFile(dict({}), six), 'ERR_CHECKPOINT_FORMAT', /holds no dict of tensors: its dict is empty/)
})

test('names out of a file are shortened in messages', async (t) => {
  const name = 'x'.repeat(250)
  const error = await turnedDown(t, torchFile(global('m', name), six), 'ERR_CHECKPOINT_REFUSED', /names/)
  t.true(error.message.length < 400, error.message)
  await rejectsWith(t, 'ERR_ARGUMENT', openCheckpoint(''))
})
