import test from 'ava'
import { GraphBuilder, removeDead, valueInfo } from '#dist/graph/index.js'
import { tensorOf } from '#dist/tensor.js'
import { choice, convolution, withGraph } from '../help.js'

test('nodes, initialisers and descriptions that no output needs go, inputs stay', (t) => {
  const b = new GraphBuilder('dead')
  const x = b.input('x', 'float32', [1])
  const y = b.input('y', 'float32', [1])
  const k = b.constant('k', tensorOf('float32', [1], [1]))
  b.node('Relu', [b.node('Add', [y, k])])
  b.output(b.node('Relu', [b.node('Sigmoid', [x])], {}, { name: 'z' }), 'float32', [1])
  const model = withGraph(b.build(), {
    values: [valueInfo('Add', 'float32', [1]), valueInfo('Sigmoid', 'float32', [1])],
  })
  const { graph } = removeDead(model)
  t.deepEqual(
    graph.nodes.map((node) => node.name),
    ['Sigmoid', 'z'],
  )
  t.deepEqual(graph.initializers, [])
  t.deepEqual(
    graph.values.map((info) => info.name),
    ['Sigmoid'],
  )
  t.deepEqual(
    graph.inputs.map((info) => info.name),
    ['x', 'y'],
  )
})

test('what only a subgraph uses stays', (t) => {
  const model = convolution()
  const nodes = [...model.graph.nodes, choice('c', ['Conv', 'b'], 'z')]
  const { graph } = removeDead(withGraph(model, { nodes, outputs: [{ name: 'z' }] }))
  t.deepEqual(
    graph.nodes.map((node) => node.name),
    ['Conv', 'z'],
  )
  t.deepEqual(
    graph.initializers.map((tensor) => tensor.name),
    ['w', 'b'],
  )
})

test('weights that an old exporter lists as inputs become constants', (t) => {
  const model = convolution()
  const inputs = [...model.graph.inputs, valueInfo('w', 'float32', [16, 3, 3, 3])]
  const cleaned = removeDead({ ...withGraph(model, { inputs }), irVersion: 3 })
  t.deepEqual(
    cleaned.graph.inputs.map((info) => info.name),
    ['x'],
  )
  t.is(cleaned.irVersion, 4)
})
