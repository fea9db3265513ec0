import test from 'ava'
import { GraphBuilder, removeIdentities } from '#dist/graph/index.js'
import { operators } from '../help.js'

const float32 = 1
const float16 = 10

test('identities and casts to the same type go, other casts stay', (t) => {
  const b = new GraphBuilder('casts')
  const x = b.input('x', 'float32', [1])
  const same = b.node('Cast', [b.node('Relu', [b.node('Identity', [x])])], { to: float32 })
  const half = b.node('Cast', [b.node('Sigmoid', [same])], { to: float16 })
  b.output(b.node('Relu', [half], {}, { name: 'y' }), 'float16', [1])
  const { graph } = removeIdentities(b.build())
  t.deepEqual(
    graph.nodes.map(({ opType, inputs }) => [opType, ...inputs]),
    [
      ['Relu', 'x'],
      ['Sigmoid', 'Relu'],
      ['Cast', 'Sigmoid'],
      ['Relu', 'Cast_1'],
    ],
  )
})

test('an output of the graph keeps its name, and all who use the value follow', (t) => {
  const b = new GraphBuilder('output')
  const relu = b.node('Relu', [b.input('x', 'float32', [1])])
  b.output(b.node('Sigmoid', [relu], {}, { name: 'z' }), 'float32', [1])
  b.output(b.node('Identity', [relu], {}, { name: 'y' }), 'float32', [1])
  const { graph } = removeIdentities(b.build())
  t.deepEqual(
    graph.nodes.map(({ opType, inputs, outputs }) => [opType, inputs, outputs]),
    [
      ['Relu', ['x'], ['y']],
      ['Sigmoid', ['y'], ['z']],
    ],
  )
})

test('an output that is an input, a constant or another output keeps its node', (t) => {
  const b = new GraphBuilder('kept')
  const x = b.input('x', 'float32', [1])
  const relu = b.node('Relu', [x])
  for (const [name, value] of [
    ['a', x],
    ['b', relu],
    ['c', relu],
  ] as const) {
    b.output(b.node('Identity', [value], {}, { name }), 'float32', [1])
  }
  const { graph } = removeIdentities(b.build())
  t.deepEqual(
    graph.nodes.map(({ opType, inputs, outputs }) => [opType, inputs, outputs]),
    [
      ['Relu', ['x'], ['b']],
      ['Identity', ['x'], ['a']],
      ['Identity', ['b'], ['c']],
    ],
  )
})

test('a cast of a value whose type is not known stays', (t) => {
  const b = new GraphBuilder('unknown')
  const x = b.input('x', 'float32', [1])
  b.output(b.node('Cast', [b.node('Selu', [x])], { to: float32 }, { name: 'y' }), 'float32', [1])
  t.deepEqual(operators(removeIdentities(b.build())), ['Selu', 'Cast'])
})
