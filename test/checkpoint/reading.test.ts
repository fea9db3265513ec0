import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import test from 'ava'
import type { CheckpointFormat } from '#dist/checkpoint/index.js'
import { byteLength } from '#dist/tensor.js'
import { torchFile } from './files.js'
import { fixture, float32, golden, opened, openedOf, readExpected } from './help.js'
import { dict, global, reduce, tensor, tuple } from './pickles.js'

const formatOf = (file: string): CheckpointFormat =>
  file.endsWith('.safetensors') ? 'safetensors' : file.includes('-legacy') ? 'pytorch-legacy' : 'pytorch'

test('every fixture is read as PyTorch held it: names, order, types, shapes and bytes', async (t) => {
  for (const [file, tensors] of Object.entries(await readExpected())) {
    const checkpoint = await opened(t, fixture(file))
    t.is(checkpoint.format, formatOf(file), file)
    const names = [...checkpoint.entries.keys()]
    // safetensors puts wider types first.
    const inOrder = (keys: string[]) => (checkpoint.format === 'safetensors' ? keys.sort() : keys)
    t.deepEqual(inOrder(names), inOrder(Object.keys(tensors)))
    for (const [name, { dtype, shape, hex }] of Object.entries(tensors)) {
      const tensor = await checkpoint.tensor(name)
      t.like(checkpoint.entries.get(name), { dtype: dtype as never, shape }, `${file}: ${name}`)
      t.like(tensor, { dtype: dtype as never, shape }, `${file}: ${name}`)
      t.is(Buffer.from(tensor.data).toString('hex'), hex, `${file}: ${name}`)
    }
  }
})

test('what is contiguous is told as a range of the file, and pieces and ranges hold the same bytes as the tensor', async (t) => {
  const strided: string[] = []
  for (const file of ['views.pth', 'views-legacy.pth', 'types.safetensors']) {
    const checkpoint = await opened(t, fixture(file))
    const whole = await readFile(fixture(file))
    for (const [name, { range, dtype, shape }] of checkpoint.entries) {
      const { data } = await checkpoint.tensor(name)
      const pieces: Uint8Array[] = []
      for await (const piece of checkpoint.pieces(name)) pieces.push(piece)
      t.deepEqual(Buffer.concat(pieces), Buffer.from(data), name)
      if (!range) {
        strided.push(name)
        continue
      }
      t.true(isAbsolute(range.path))
      t.is(range.length, byteLength(dtype, shape))
      t.deepEqual(whole.subarray(range.offset, range.offset + range.length), Buffer.from(data), name)
    }
  }
  const never = ['column', 'transposed', 'steps', 'channels_last', 'permuted.half', 'permuted.double', 'permuted.bytes']
  const wanted = [...never, 'expanded', 'scalar.expanded', 'overlapping', 'large.transposed']
  t.deepEqual(strided, [...wanted, ...wanted])
})

test('what DataParallel, torch.compile and Lightning put before all names is gone, what stands before some of them stays', async (t) => {
  const six = { 0: float32(1, 2, 3, 4, 5, 6) }
  const namesOf = async (...names: string[]) => {
    const state = dict(Object.fromEntries(names.map((name) => [name, tensor([2, 3], [3, 1])])))
    return [...(await openedOf(t, torchFile(dict({ state_dict: state }), six))).entries.keys()]
  }
  t.deepEqual(await namesOf('module._orig_mod.a.w', 'module._orig_mod.module.w'), ['a.w', 'module.w'])
  t.deepEqual(await namesOf('model.a.w', 'model.b'), ['a.w', 'b'])
  t.deepEqual(await namesOf('model.a.w', 'loss.w'), ['model.a.w', 'loss.w'])
})

test('what a training script keeps beside the weights is passed over', async (t) => {
  const array = reduce(
    global('numpy._core.multiarray', '_reconstruct'),
    tuple(global('numpy', 'ndarray'), tuple(0), 'b'),
  )
  const root = dict({
    losses: Buffer.concat([array, tuple(1, tuple(2), 'f4', false, 'xx'), Buffer.from('b')]),
    milestones: reduce(global('collections', 'Counter'), tuple(dict({}))),
    folder: reduce(global('pathlib', 'PosixPath'), tuple('/', 'data')),
    model: dict({ w: tensor([2, 3], [3, 1]) }),
  })
  const { entries } = await openedOf(t, torchFile(root, { 0: float32(1, 2, 3, 4, 5, 6) }))
  t.deepEqual([...entries.keys()], ['w'])
})

test('tensors that share a storage are ranges of the same bytes', async (t) => {
  const { entries } = await opened(t, fixture('views.pth'))
  t.deepEqual(entries.get('tied.one'), entries.get('tied.other'))
  t.is(entries.get('row')!.range!.offset, entries.get('whole')!.range!.offset + 2 * 6 * 4)
})

test("the golden networks' state dicts and tensors are read whole", async (t) => {
  const counts = { 'pdfnet-tiny.pth': 337, 'depth-anything-v2-tiny.pth': 239 }
  for (const [file, count] of Object.entries(counts)) {
    const checkpoint = await opened(t, golden(file))
    t.is(checkpoint.entries.size, count)
    let bytes = 0
    for (const [name, { dtype, shape, range }] of checkpoint.entries) {
      t.truthy(range, name)
      const { data } = await checkpoint.tensor(name)
      t.is(data.length, byteLength(dtype, shape))
      bytes += data.length
    }
    t.true(bytes < (await stat(golden(file))).size)
  }
  const checkpoint = await opened(t, golden('pdfnet-tiny.golden.safetensors'))
  t.deepEqual(checkpoint.entries.get('image')!.shape, [1, 3, 256, 256])
  const { data } = await checkpoint.tensor('alpha')
  const values = new Float32Array(data.buffer, data.byteOffset, data.length / 4)
  t.true(values.every((alpha) => alpha >= 0 && alpha <= 1))
})

test('a weight of the golden PDFNet has the bytes that PyTorch reads from it', async (t) => {
  const { data } = await (await opened(t, golden('pdfnet-tiny.pth'))).tensor('Glob.0.0.weight')
  t.is(createHash('sha256').update(data).digest('hex').slice(0, 16), '01b577dbfb4d0739')
})

test('a tensor without elements may say that it begins anywhere: no byte outside the file is meant', async (t) => {
  const file = torchFile(dict({ none: tensor([0, 3], [3, 1], { offset: 1e9 }) }), { 0: float32(1, 2, 3, 4, 5, 6) })
  const checkpoint = await openedOf(t, file)
  t.true(checkpoint.entries.get('none')!.range!.offset < file.length)
  t.is((await checkpoint.tensor('none')).data.length, 0)
})
