import { readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { decodeModel, readOnnx, tensorBytes, writeOnnx, type Model } from '#dist/graph/index.js'
import type { Progress } from '#dist/progress.js'
import { rejectsWith, temporaryFolder } from '../store/help.js'
import { choice, convolution, filled, initializerNamed, withGraph } from './help.js'

/** What the file says, with each tensor's bytes in place of where they are. */
async function contents(model: Model): Promise<unknown> {
  const bytes = await Promise.all(model.graph.initializers.map(async (one) => Buffer.from(await tensorBytes(one))))
  const initializers = model.graph.initializers.map((tensor, i) => ({ ...tensor, data: bytes[i] }))
  return { ...model, graph: { ...model.graph, initializers } }
}

test('what is written is read again, weights inside the file or beside it', async (t) => {
  const folder = await temporaryFolder(t)
  const model = convolution()
  await writeOnnx(model, join(folder, 'inside.onnx'))
  await writeOnnx(model, join(folder, 'beside.onnx'), { external: true })
  t.deepEqual((await readdir(folder)).sort(), ['beside.onnx', 'beside.onnx.data', 'inside.onnx'])
  const inside = await contents(await readOnnx(join(folder, 'inside.onnx')))
  t.deepEqual(await contents(await readOnnx(join(folder, 'beside.onnx'))), inside)
  t.deepEqual(inside, await contents(decodeModel(await readFile(join(folder, 'inside.onnx')))))
})

test('external data of many megabytes is read whole', async (t) => {
  const file = join(await temporaryFolder(t), 'm.onnx')
  const large = filled(3 * 1024 * 1024)
  const tensor = {
    name: 'large',
    dtype: large.dtype,
    shape: large.shape,
    data: { kind: 'bytes', bytes: large.data },
  } as const
  await writeOnnx(withGraph(convolution(), { initializers: [tensor] }), file, { external: true })
  const bytes = await tensorBytes(initializerNamed(await readOnnx(file), 'large'))
  t.true(Buffer.from(large.data.buffer).equals(bytes))
})

test('a file that is read and written again is the same to the byte', async (t) => {
  const folder = await temporaryFolder(t)
  const [first, second] = [join(folder, 'first.onnx'), join(folder, 'second.onnx')]
  await writeOnnx(convolution(), first)
  await writeOnnx(await readOnnx(first), second)
  t.deepEqual(await readFile(first), await readFile(second))
})

test('attributes of every kind and subgraphs survive the file', async (t) => {
  const file = join(await temporaryFolder(t), 'model.onnx')
  const model = convolution()
  const tensor = { ...initializerNamed(model, 'b'), name: '' }
  const node = {
    ...choice('c', ['x', 'y'], 'z'),
    attributes: new Map([
      ...choice('c', ['x', 'y'], 'z').attributes,
      ['float', { type: 'float', value: 0.5 }],
      ['int', { type: 'int', value: -(2n ** 63n) }],
      ['string', { type: 'string', value: Buffer.from('ä') }],
      ['tensor', { type: 'tensor', value: tensor }],
      ['floats', { type: 'floats', value: [1, -Infinity] }],
      ['ints', { type: 'ints', value: [2n ** 62n, -1n] }],
      ['none', { type: 'ints', value: [] }],
      ['strings', { type: 'strings', value: [Buffer.from('a'), Buffer.from('')] }],
    ] as const),
  }
  await writeOnnx(withGraph(model, { nodes: [...model.graph.nodes, node] }), file)
  const read = (await readOnnx(file)).graph.nodes.at(-1)!
  t.deepEqual([...read.attributes.keys()], [...node.attributes.keys()])
  for (const name of ['float', 'int', 'floats', 'ints', 'none'] as const) {
    t.deepEqual(read.attributes.get(name), node.attributes.get(name), name)
  }
  const [string, value, branch] = ['string', 'tensor', 'else_branch'].map((name) => read.attributes.get(name))
  t.is(string?.type === 'string' && Buffer.from(string.value).toString(), 'ä')
  t.deepEqual(
    value?.type === 'tensor' && Buffer.from(await tensorBytes(value.value)),
    Buffer.from(await tensorBytes(tensor)),
  )
  t.deepEqual(branch?.type === 'graph' && branch.value.nodes[0]!.inputs, ['y'])
})

test('fields that this package does not know are kept', async (t) => {
  const folder = await temporaryFolder(t)
  const [file, copy] = [join(folder, 'model.onnx'), join(folder, 'copy.onnx')]
  await writeOnnx(convolution(), file)
  const extra = new BinaryWriter().tag(6, WireType.LengthDelimited).string('a remark').finish()
  await writeFile(file, Buffer.concat([await readFile(file), extra]))
  const model = await readOnnx(file)
  t.deepEqual(Buffer.from(model.rest!), Buffer.from(extra))
  await writeOnnx(model, copy)
  t.true((await readFile(copy)).includes('a remark'))
})

test('external data is aligned to pages', async (t) => {
  const folder = await temporaryFolder(t)
  const model = convolution()
  const second = { ...initializerNamed(model, 'w'), name: 'v' }
  const initializers = [...model.graph.initializers, second]
  await writeOnnx(withGraph(model, { initializers }), join(folder, 'm.onnx'), { external: true })
  const read = await readOnnx(join(folder, 'm.onnx'))
  const places = read.graph.initializers.map(({ data }) => (data.kind === 'file' ? data.offset : -1))
  t.deepEqual(places, [0, -1, 4096])
  t.is((await stat(join(folder, 'm.onnx.data'))).size, 4096 + 432 * 4)
})

test('tensors are views on the file, whose bytes are held once', async (t) => {
  const file = join(await temporaryFolder(t), 'model.onnx')
  await writeOnnx(convolution(), file)
  const bytes = await readFile(file)
  const { data } = initializerNamed(decodeModel(bytes), 'w')
  t.is(data.kind === 'bytes' && data.bytes.buffer, bytes.buffer)
})

/** A model with one initialiser `v` of those fields. */
function withTensor(dtype: number, dims: readonly number[], write: (writer: BinaryWriter) => void): Uint8Array {
  const writer = new BinaryWriter()
  writer.tag(1, WireType.Varint).int64(8)
  writer.tag(8, WireType.LengthDelimited).fork().tag(2, WireType.Varint).int64(17).join()
  writer.tag(7, WireType.LengthDelimited).fork().tag(5, WireType.LengthDelimited).fork()
  for (const dim of dims) writer.tag(1, WireType.Varint).int64(dim)
  writer.tag(2, WireType.Varint).int32(dtype).tag(8, WireType.LengthDelimited).string('v')
  write(writer)
  return writer.join().join().finish()
}

test('a tensor is the same whichever field of the file holds its numbers', async (t) => {
  const packed = (field: number, write: (writer: BinaryWriter) => void) => (writer: BinaryWriter) => {
    writer.tag(field, WireType.LengthDelimited).fork()
    write(writer)
    writer.join()
  }
  const bytesOf = async (...args: Parameters<typeof withTensor>) =>
    Buffer.from(await tensorBytes(initializerNamed(decodeModel(withTensor(...args)), 'v'))).toString('hex')

  t.is(
    await bytesOf(
      1,
      [2],
      packed(4, (w) => w.float(1).float(-2)),
    ),
    '0000803f000000c0',
  )
  t.is(
    await bytesOf(1, [2], (w) => w.tag(4, WireType.Bit32).float(1).tag(4, WireType.Bit32).float(-2)),
    '0000803f000000c0',
  )
  t.is(
    await bytesOf(
      11,
      [1],
      packed(10, (w) => w.double(1)),
    ),
    '000000000000f03f',
  )
  t.is(
    await bytesOf(
      7,
      [2],
      packed(7, (w) => w.int64(1).int64(-1)),
    ),
    '0100000000000000ffffffffffffffff',
  )
  t.is(
    await bytesOf(
      6,
      [1],
      packed(5, (w) => w.int32(-2)),
    ),
    'feffffff',
  )
  t.is(
    await bytesOf(
      3,
      [2],
      packed(5, (w) => w.int32(-1).int32(127)),
    ),
    'ff7f',
  )
  t.is(
    await bytesOf(
      10,
      [2],
      packed(5, (w) => w.int32(0x3c00).int32(0xfc00)),
    ),
    '003c00fc',
  )
  t.is(
    await bytesOf(
      13,
      [1],
      packed(11, (w) => w.uint64('18446744073709551615')),
    ),
    'f'.repeat(16),
  )
  t.is(await bytesOf(1, [0], () => undefined), '')
})

test('progress of writing ends at its constant total, and an abort leaves nothing', async (t) => {
  const folder = await temporaryFolder(t)
  const events: Progress[] = []
  await writeOnnx(convolution(), join(folder, 'm.onnx'), {}, { onProgress: (event) => events.push(event) })
  t.is(new Set(events.map((event) => event.total)).size, 1)
  t.is(events.at(-1)!.done, events.at(-1)!.total)
  t.deepEqual(
    events.map((event) => event.done),
    events.map((event) => event.done).sort((a, b) => a - b),
  )

  const controller = new AbortController()
  const onProgress = () => controller.abort()
  const aborted = writeOnnx(
    convolution(),
    join(folder, 'n.onnx'),
    { external: true },
    { signal: controller.signal, onProgress },
  )
  await rejectsWith(t, 'ERR_ABORTED', aborted)
  t.deepEqual(await readdir(folder), ['m.onnx'])
})

test('a folder that cannot be written is ERR_OUTPUT_WRITE', async (t) => {
  const folder = await temporaryFolder(t)
  await rejectsWith(t, 'ERR_OUTPUT_WRITE', writeOnnx(convolution(), join(folder, 'none', 'm.onnx')))
})

test('a model of 2 GB or more puts its weights beside it unasked, and cannot put them inside', async (t) => {
  const folder = await temporaryFolder(t)
  const model = convolution()
  const make = () => Promise.reject(new Error('asked for'))
  const huge = { name: 'h', dtype: 'float32', shape: [2 ** 29], data: { kind: 'made', make } } as const
  const large = withGraph(model, { initializers: [...model.graph.initializers, huge] })
  const inside = await rejectsWith(t, 'ERR_ONNX_FORMAT', writeOnnx(large, join(folder, 'm.onnx'), { external: false }))
  t.regex(inside.remedy, /external data/)
  const beside = await rejectsWith(t, 'ERR_OUTPUT_WRITE', writeOnnx(large, join(folder, 'm.onnx')))
  t.regex(beside.message, /asked for/)
  t.deepEqual(await readdir(folder), [])
})
