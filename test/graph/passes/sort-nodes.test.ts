import test from 'ava'
import { GraphBuilder, sortNodes, type Model } from '#dist/graph/index.js'
import { choice, convolution, withGraph } from '../help.js'

function chain(length: number): Model {
  const b = new GraphBuilder('chain')
  let value = b.input('x', 'float32', [1])
  for (let i = 0; i < length; i++) value = b.node('Relu', [value])
  b.output(value, 'float32', [1])
  return b.build()
}

test('nodes in any order come after what they use, and an order that is right stays', (t) => {
  const model = chain(100)
  const names = (one: Model) => one.graph.nodes.map((node) => node.name)
  t.deepEqual(names(sortNodes(model)), names(model))
  const reversed = withGraph(model, { nodes: [...model.graph.nodes].reverse() })
  t.deepEqual(names(sortNodes(reversed)), names(model))
})

test('a chain longer than the stack is sorted', (t) => {
  const model = chain(50_000)
  const reversed = withGraph(model, { nodes: [...model.graph.nodes].reverse() })
  t.is(sortNodes(reversed).graph.nodes[0]!.name, 'Relu')
})

test('what a subgraph takes from outside comes before it', (t) => {
  const model = convolution()
  const nodes = [choice('c', ['y', 'Conv'], 'z'), ...model.graph.nodes]
  t.deepEqual(
    sortNodes(withGraph(model, { nodes })).graph.nodes.map((node) => node.name),
    ['Conv', 'y', 'z'],
  )
})

test('a cycle and a value made twice are ERR_ONNX_FORMAT', (t) => {
  const { graph } = chain(3)
  const [first, second, third] = graph.nodes
  const cycle = [{ ...first!, inputs: third!.outputs }, second!, third!]
  t.throws(() => sortNodes(withGraph(chain(3), { nodes: cycle })), { code: 'ERR_ONNX_FORMAT', message: /cycle/ })
  t.throws(() => sortNodes(withGraph(chain(3), { nodes: [first!, first!, third!] })), {
    code: 'ERR_ONNX_FORMAT',
    message: /two nodes make/,
  })
  const itself = [{ ...first!, inputs: first!.outputs }]
  t.throws(() => sortNodes(withGraph(chain(3), { nodes: itself })), { message: /cycle/ })
})
