import { execFile } from 'node:child_process'
import { mkdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import test from 'ava'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { checkOperators, decodeModel, readOnnx, sortNodes, tensorBytes, writeOnnx } from '#dist/graph/index.js'
import { PdfnetError } from '#dist/errors.js'
import { rejectsWith, temporaryFolder } from '../store/help.js'
import { choice, convolution, initializerNamed, withGraph } from './help.js'

test('a file that is missing, a folder or a pipe is told apart from a bad model', async (t) => {
  const folder = await temporaryFolder(t)
  await rejectsWith(t, 'ERR_INPUT_MISSING', readOnnx(join(folder, 'none.onnx')))
  await rejectsWith(t, 'ERR_INPUT_READ', readOnnx(folder))
  await promisify(execFile)('mkfifo', [join(folder, 'pipe')])
  await rejectsWith(t, 'ERR_INPUT_READ', readOnnx(join(folder, 'pipe')))
})

test('an empty, a foreign and a truncated file are ERR_ONNX_FORMAT, and the message names the file', async (t) => {
  const folder = await temporaryFolder(t)
  const file = join(folder, 'm.onnx')
  await writeOnnx(convolution(), file)
  const bytes = await readFile(file)
  const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
  const bad = [Buffer.alloc(0), png, Buffer.from('{"not": "ONNX"}'), Buffer.alloc(64), Buffer.from([8, 8])]
  for (const data of [...bad, bytes.subarray(0, 20), bytes.subarray(0, -1)]) {
    await writeFile(file, data)
    const error = await rejectsWith(t, 'ERR_ONNX_FORMAT', readOnnx(file))
    t.true(error.message.includes(file), error.message)
  }
})

test('a file past the 2 GB of the format is refused before it is read', async (t) => {
  const file = join(await temporaryFolder(t), 'm.onnx')
  await writeFile(file, '')
  await truncate(file, 2 ** 31)
  const error = await rejectsWith(t, 'ERR_ONNX_FORMAT', readOnnx(file))
  t.regex(error.remedy, /external data/)
})

test('messages that nest without end are refused', (t) => {
  // Each level: a node with an attribute that is a graph.
  let graph = new Uint8Array()
  const wrap = (field: number, bytes: Uint8Array) =>
    new BinaryWriter().tag(field, WireType.LengthDelimited).bytes(bytes).finish()
  for (let level = 0; level < 2000; level++) graph = wrap(1, wrap(5, wrap(6, graph)))
  const error = t.throws(() => decodeModel(wrap(7, graph)))
  t.regex(error.message, /nested deeper/)
})

test('more fields than any model has are refused', (t) => {
  const nodes = Buffer.alloc(2 * 5_000_000, Buffer.from([0x0a, 0x00]))
  const file = new BinaryWriter().tag(7, WireType.LengthDelimited).bytes(nodes).finish()
  t.throws(() => decodeModel(file))
})

/** Steady across runs, so that a failure can be found again. */
function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

test('flipped and cut bytes give a model or an error about the file, at once', async (t) => {
  const file = join(await temporaryFolder(t), 'm.onnx')
  const model = convolution()
  await writeOnnx(withGraph(model, { nodes: [...model.graph.nodes, choice('c', ['x', 'y'], 'z')] }), file)
  const original = await readFile(file)
  const weights = original.indexOf(await tensorBytes(initializerNamed(model, 'w')))
  const random = mulberry32(20260101)
  const below = (limit: number) => Math.floor(random() * limit)
  const tried = { good: 0, bad: 0 }
  for (let round = 0; round < 4000; round++) {
    const bytes = Buffer.from(original)
    // Weights are any bytes at all: only what stands around them can be wrong.
    for (let flips = 1 + below(4); flips > 0; flips--) {
      const place = below(original.length - 432 * 4)
      bytes[place < weights ? place : place + 432 * 4]! ^= 1 << below(8)
    }
    try {
      checkOperators(sortNodes(decodeModel(round % 3 === 0 ? bytes.subarray(0, below(bytes.length)) : bytes)))
      tried.good++
    } catch (error) {
      tried.bad++
      if (!(error instanceof Error) || /undefined|is not a function|call stack/.test(error.message)) throw error
    }
  }
  t.true(tried.good > 400 && tried.bad > 1000, JSON.stringify(tried))
})

test('tensors whose bytes do not match their type and shape are refused', async (t) => {
  const file = join(await temporaryFolder(t), 'm.onnx')
  const model = convolution()
  const w = { ...initializerNamed(model, 'w'), data: { kind: 'made', make: () => Promise.resolve(new Uint8Array(3)) } }
  const short = withGraph(model, { initializers: [w as never] })
  await t.throwsAsync(writeOnnx(short, file), { message: /expected 1728/ })

  const b = initializerNamed(model, 'b')
  await writeOnnx(withGraph(model, { initializers: [b] }), file)
  const bytes = await readFile(file)
  // The packed dimension, [16].
  bytes[bytes.indexOf(Buffer.from([0x0a, 1, 16, 0x10, 1])) + 2] = 17
  await writeFile(file, bytes)
  const error = await rejectsWith(t, 'ERR_ONNX_FORMAT', readOnnx(file))
  t.regex(error.message, /"b" has 64 bytes, expected 68 for float32 \[17\]/)
})

/** A model with external data in `folder`, whose place is written as given: of the same length as the true one. */
async function moved(folder: string, location: string): Promise<string> {
  const file = join(folder, 'model.onnx')
  await writeOnnx(convolution(), file, { external: true })
  const bytes = await readFile(file)
  bytes.write(location, bytes.indexOf('model.onnx.data'))
  await writeFile(file, bytes)
  return file
}

test('external data is read from regular files inside the folder only', async (t) => {
  const folder = await temporaryFolder(t)
  const inner = join(folder, 'inner')
  await mkdir(inner)
  await writeFile(join(folder, 'secret.data12'), Buffer.alloc(432 * 4))
  const file = await moved(inner, 'model.onnx.data')
  await t.notThrowsAsync(readOnnx(file))

  await symlink('../secret.data12', join(inner, 'linked.data.123'))
  await symlink('model.onnx.data', join(inner, 'linked.inside.1'))
  await mkdir(join(inner, 'folder.data.123'))
  await promisify(execFile)('mkfifo', [join(inner, 'pipe.data.12345')])
  for (const location of [
    '../secret.data1',
    '/etc/hostname/x',
    'a/../../secret1',
    '..\\\\secret.data',
    'model\0onnx.data',
    'not-there.data1',
    'linked.data.123',
    'folder.data.123',
    'pipe.data.12345',
  ]) {
    t.is(location.length, 'model.onnx.data'.length, location)
    const error = await rejectsWith(t, 'ERR_ONNX_EXTERNAL', readOnnx(await moved(inner, location)))
    t.true(error.message.includes(file), error.message)
  }
  const inside = await readOnnx(await moved(inner, 'linked.inside.1'))
  t.is((await tensorBytes(initializerNamed(inside, 'w'))).length, 432 * 4)
})

test('external data that is shorter than declared is refused, then and when it shrinks later', async (t) => {
  const folder = await temporaryFolder(t)
  const file = await moved(folder, 'model.onnx.data')
  const model = await readOnnx(file)
  await truncate(`${file}.data`, 100)
  await rejectsWith(t, 'ERR_ONNX_EXTERNAL', tensorBytes(initializerNamed(model, 'w')))
  await rejectsWith(t, 'ERR_ONNX_EXTERNAL', writeOnnx(model, join(folder, 'copy.onnx')))
  const error = await rejectsWith(t, 'ERR_ONNX_EXTERNAL', readOnnx(file))
  t.regex(error.message, /ends at byte 1728 .* has 100/)
})

test('a declared length that its type and shape do not give is refused', async (t) => {
  const folder = await temporaryFolder(t)
  const file = await moved(folder, 'model.onnx.data')
  const bytes = await readFile(file)
  bytes.write('1727', bytes.indexOf('1728'))
  await writeFile(file, bytes)
  const error = await rejectsWith(t, 'ERR_ONNX_EXTERNAL', readOnnx(file))
  t.regex(error.message, /1727 bytes, expected 1728/)
})

test('unknown operators are named with their count, in subgraphs too', (t) => {
  const model = convolution()
  const [conv] = model.graph.nodes
  const strange = { ...conv!, opType: 'Strange', domain: 'org.example', outputs: ['s'] }
  const odd = { ...conv!, opType: 'Odd', outputs: ['o'] }
  const choose = choice('c', ['x', 'y'], 'z')
  const branch = choose.attributes.get('then_branch')
  const graph = branch?.type === 'graph' ? { ...branch.value, nodes: [strange] } : undefined
  const nested = { ...choose, attributes: new Map([['then_branch', { type: 'graph', value: graph! } as const]]) }
  const error = t.throws(
    () => checkOperators(withGraph(model, { nodes: [...model.graph.nodes, strange, odd, nested] })),
    { instanceOf: PdfnetError },
  )
  t.is(error.code, 'ERR_ONNX_OPERATOR')
  t.true(error.message.endsWith('ai.onnx::Odd (1), org.example::Strange (2)'), error.message)
})

test("known operators pass: the standard domain's, a function's of the file, and the one of ONNX Runtime's", (t) => {
  const model = convolution()
  const [conv] = model.graph.nodes
  const local = { ...conv!, opType: 'Mine', domain: 'local', outputs: ['l'] }
  const attention = { ...conv!, opType: 'MultiHeadAttention', domain: 'com.microsoft', outputs: ['a'] }
  const named = { ...conv!, domain: 'ai.onnx', outputs: ['n'] }
  const nodes = [...model.graph.nodes, local, attention, named]
  const functions = [{ domain: 'local', name: 'Mine', opsets: [], nodes: [conv!] }]
  t.notThrows(() => checkOperators({ ...withGraph(model, { nodes }), functions }))
  t.throws(() => checkOperators(withGraph(model, { nodes })), { message: /local::Mine \(1\)/ })
})
