import test from 'ava'
import { GraphBuilder, keepOutputs } from '#dist/graph/index.js'

test('the wanted outputs stay, in the order wanted, and an unknown one is an error', (t) => {
  const b = new GraphBuilder('outputs')
  const x = b.input('x', 'float32', [1])
  for (const name of ['a', 'b', 'c']) b.output(b.node('Relu', [x], {}, { name }), 'float32', [1])
  const kept = keepOutputs(b.build(), ['c', 'a'])
  t.deepEqual(
    kept.graph.outputs.map((info) => info.name),
    ['c', 'a'],
  )
  t.is(kept.graph.nodes.length, 3)
  t.throws(() => keepOutputs(b.build(), ['d']), { message: /expected outputs of the graph \(a, b, c\)/ })
})
