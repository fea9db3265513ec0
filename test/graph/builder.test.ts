import test from 'ava'
import { GraphBuilder } from '#dist/graph/index.js'
import { tensorOf } from '#dist/tensor.js'

test('names are given once, and tell the scope', (t) => {
  const b = new GraphBuilder('names')
  const x = b.input('x', 'float32', [1])
  const made = b.scope('encoder', () => [
    b.node('Relu', [x]),
    b.scope('0', () => b.node('Relu', [x])),
    b.node('Relu', [x]),
  ])
  t.deepEqual(made, ['encoder/Relu', 'encoder/0/Relu', 'encoder/Relu_1'])
  t.deepEqual(b.nodes('Split', [x], 2), ['Split.0', 'Split.1'])
  t.is(b.constant('k', tensorOf('int64', [], [1])), 'k')
  t.is(b.constant('k', tensorOf('int64', [], [2])), 'k_1')
})

test('a value that nothing makes and a name given twice are mistakes, told at once', (t) => {
  const b = new GraphBuilder('mistakes')
  b.input('x', 'float32', [1])
  t.throws(() => b.node('Relu', ['y']), { message: /no value .* named y/ })
  t.throws(() => b.input('x', 'float32', [1]), { message: /two values .* named x/ })
  t.throws(() => b.output('y', 'float32', [1]), { message: /no value/ })
})

test('attributes take the type of their value', (t) => {
  const b = new GraphBuilder('attributes')
  const x = b.input('x', 'float32', [1])
  b.node('Any', [x], {
    int: 2,
    float: 0.5,
    whole: { float: 2 },
    string: 'linear',
    ints: [1, 2],
    floats: { floats: [1] },
  })
  const types = [...b.build().graph.nodes[0]!.attributes].map(([name, { type }]) => [name, type])
  t.deepEqual(types, [
    ['int', 'int'],
    ['float', 'float'],
    ['whole', 'float'],
    ['string', 'string'],
    ['ints', 'ints'],
    ['floats', 'floats'],
  ])
})

test('the opset is 17 unless asked otherwise, and another domain is imported where it is used', (t) => {
  const b = new GraphBuilder('opsets', { opset: 20 })
  const x = b.input('x', 'float32', [1])
  b.node('com.microsoft::MultiHeadAttention', [x, '', x], { num_heads: 1 })
  t.deepEqual(b.build().opsets, [
    { domain: '', version: 20 },
    { domain: 'com.microsoft', version: 1 },
  ])
  t.deepEqual(new GraphBuilder('plain').build().opsets, [{ domain: '', version: 17 }])
})
