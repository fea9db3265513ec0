import test from 'ava'
import { renameValues } from '#dist/graph/index.js'
import { choice, convolution, nodeNamed, withGraph } from '../help.js'

test('a value has its new name wherever it is used, in subgraphs too', (t) => {
  const model = convolution()
  const nodes = [...model.graph.nodes, choice('c', ['x', 'y'], 'z')]
  const { graph } = renameValues(
    withGraph(model, { nodes }),
    new Map([
      ['x', 'image'],
      ['y', 'x'],
    ]),
  )
  t.deepEqual(
    graph.inputs.map((info) => info.name),
    ['image'],
  )
  t.deepEqual(
    graph.outputs.map((info) => info.name),
    ['x'],
  )
  t.deepEqual(graph.nodes[0]!.inputs, ['image', 'w', 'b'])
  const branch = nodeNamed({ ...model, graph }, 'z').attributes.get('else_branch')
  t.deepEqual(branch?.type === 'graph' && branch.value.nodes[0]!.inputs, ['x'])
})

test('a name that another value has is refused', (t) => {
  t.throws(() => renameValues(convolution(), new Map([['x', 'w']])), { code: 'ERR_ONNX_FORMAT' })
})
