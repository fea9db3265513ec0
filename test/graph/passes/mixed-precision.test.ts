import test from 'ava'
import {
  float16ToFloat32,
  float32ToFloat16,
  GraphBuilder,
  halfValues,
  mixedPrecision,
  tensorBytes,
  type Model,
} from '#dist/graph/index.js'
import { tensorOf, type Tensor } from '#dist/tensor.js'
import { choice, convolution, initializerNamed, nodeNamed, operators, withGraph } from '../help.js'

const onnxFloat16 = 10n

/** y = x · w, an island s = √y used twice, z = s · y. */
function withIsland(): Model {
  const b = new GraphBuilder('island')
  const x = b.input('x', 'float32', [2])
  const w = b.constant('w', tensorOf('float32', [2], [1.5, 1000]))
  const y = b.node('Mul', [x, w], {}, { name: 'y' })
  const e = b.constant('e', tensorOf('float32', [], [1e-6]))
  const s = b.node(
    'Sqrt',
    [b.node('Add', [y, e], {}, { name: 'a', island: 'root' })],
    {},
    { name: 's', island: 'root' },
  )
  const z = b.node('Mul', [b.node('Mul', [s, y], {}, { name: 'm' }), s], {}, { name: 'z' })
  b.output(z, 'float32', [2])
  b.output(s, 'float32', [2])
  return b.build()
}

test('values and weights become half precision, those of islands stay single, inputs and outputs too', (t) => {
  const model = mixedPrecision(withIsland())
  t.deepEqual(
    model.graph.nodes.map(({ opType, inputs, outputs }) => [opType, ...inputs, ...outputs].join(' ')),
    [
      'Cast x x.float16',
      'Mul x.float16 w y',
      'Cast y y.float32',
      'Add y.float32 e a',
      'Sqrt a s',
      'Cast s s.float16',
      'Mul s.float16 y m',
      'Mul m s.float16 z.float16',
      'Cast z.float16 z',
    ],
  )
  t.is(initializerNamed(model, 'w').dtype, 'float16')
  t.is(initializerNamed(model, 'e').dtype, 'float32')
  t.deepEqual(model.graph.inputs, withIsland().graph.inputs)
  t.deepEqual(model.graph.outputs, withIsland().graph.outputs)
  t.deepEqual(halfValues(withIsland()), ['y', 'm', 'z'])
})

test('which nodes are islands is for the caller to say', (t) => {
  const model = mixedPrecision(withIsland(), () => false)
  t.deepEqual(
    model.graph.initializers.map(({ dtype }) => dtype),
    ['float16', 'float16'],
  )
  t.deepEqual(operators(model), ['Cast', 'Mul', 'Add', 'Sqrt', 'Mul', 'Mul', 'Cast', 'Cast'])
})

test('a weight that an island uses too is stored once', (t) => {
  const b = new GraphBuilder('shared')
  const x = b.input('x', 'float32', [1])
  const w = b.constant('w', tensorOf('float32', [1], [3]))
  const y = b.node('Add', [b.node('Mul', [x, w]), w], {}, { name: 'y' })
  b.output(b.node('Mul', [y, w], {}, { name: 'z', island: 'z' }), 'float32', [1])
  const { graph } = mixedPrecision(b.build())
  t.is(graph.initializers.length, 1)
  t.is(graph.initializers[0]!.dtype, 'float32')
  t.is(graph.nodes.filter(({ inputs }) => inputs[0] === 'w').length, 1)
})

test('indices, truths and casts keep their meaning, and a resize has single-precision scales', (t) => {
  const b = new GraphBuilder('types')
  const x = b.input('x', 'float32', [1, 1, 4, 4])
  const indices = b.constant('indices', tensorOf('int64', [2], [0, 1]))
  const gathered = b.node('Gather', [x, indices], { axis: 2 })
  const above = b.node('Greater', [gathered, b.constant('limit', tensorOf('float32', [], [0.1]))])
  const ones = b.node('Cast', [above], { to: 1 }, { name: 'ones' })
  const chosen = b.node('Where', [above, ones, gathered])
  const scales = b.constant('scales', tensorOf('float32', [4], [1, 1, 2, 2]))
  b.output(b.node('Resize', [chosen, '', scales], {}, { name: 'y' }), 'float32', [1, 1, 4, 8])
  const model = mixedPrecision(b.build())
  t.deepEqual(
    model.graph.initializers.map(({ name, dtype }) => [name, dtype]),
    [
      ['indices', 'int64'],
      ['limit', 'float16'],
      ['scales', 'float32'],
    ],
  )
  t.deepEqual(nodeNamed(model, 'ones').attributes.get('to'), { type: 'int', value: onnxFloat16 })
  t.deepEqual(nodeNamed(model, 'Where').inputs, ['Greater', 'ones', 'Gather'])
  t.is(operators(model).filter((one) => one === 'Cast').length, 3)
})

test('an operator without a half-precision form is an island', (t) => {
  const b = new GraphBuilder('unknown')
  const x = b.input('x', 'float32', [2])
  b.output(b.node('com.microsoft::MultiHeadAttention', [b.node('Relu', [x])], {}, { name: 'y' }), 'float32', [2])
  t.deepEqual(operators(mixedPrecision(b.build())), ['Cast', 'Relu', 'Cast', 'MultiHeadAttention'])
})

test('control flow is refused', (t) => {
  const model = convolution()
  const nodes = [...model.graph.nodes, choice('c', ['y', 'y'], 'z')]
  t.throws(() => mixedPrecision(withGraph(model, { nodes })), { code: 'ERR_ONNX_OPERATOR', message: /If/ })
})

test('a weight that half precision cannot hold is named, large or small as the tensor is', async (t) => {
  const largeWeight = onesBut(16 * 27, 5, -7e4)
  await t.throwsAsync(tensorBytes(initializerNamed(mixedPrecision(convolution(largeWeight)), 'w')), {
    code: 'ERR_MODEL_MISMATCH',
    message: /^w holds -70000 at 5/,
  })
  const model = convolution()
  const many = onesBut(16 * 270, 6, Infinity)
  const initializers = [
    { ...initializerNamed(model, 'w'), shape: many.shape, data: { kind: 'bytes', bytes: many.data } as const },
  ]
  const later = mixedPrecision(withGraph(model, { initializers }))
  await t.throwsAsync(tensorBytes(initializerNamed(later, 'w')), {
    code: 'ERR_MODEL_MISMATCH',
    message: /Infinity at 6/,
  })
})

function onesBut(count: number, at: number, value: number): Tensor {
  return tensorOf(
    'float32',
    [count],
    Array.from({ length: count }, (_, i) => (i === at ? value : 1)),
  )
}

test('all numbers of half precision, and those between, are rounded to the nearest, the even one of two', (t) => {
  const patterns = Uint16Array.from({ length: 0x7c00 }, (_, bits) => bits)
  const values = new Float32Array(float16ToFloat32(new Uint8Array(patterns.buffer)).buffer)
  t.deepEqual(float32ToFloat16(values), patterns)
  t.deepEqual(
    float32ToFloat16(values.map((value) => -value)),
    patterns.map((bits) => bits | 0x8000),
  )
  const halfway = values.slice(0, -1).map((value, i) => (value + values[i + 1]!) / 2)
  t.deepEqual(
    float32ToFloat16(halfway),
    patterns.slice(0, -1).map((bits) => bits + (bits & 1)),
  )
  const justBelow = new Uint32Array(halfway.buffer).map((bits) => bits - 1)
  t.deepEqual(float32ToFloat16(new Float32Array(justBelow.buffer)), patterns.slice(0, -1))
  const ends = Float32Array.of(65504, 65519.99, 65520, 1e30, Infinity, -Infinity, NaN, 1e-45)
  t.deepEqual([...float32ToFloat16(ends)], [0x7bff, 0x7bff, 0x7c00, 0x7c00, 0x7c00, 0xfc00, 0x7e00, 0])
})
