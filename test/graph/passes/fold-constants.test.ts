import test from 'ava'
import { foldConstants, GraphBuilder, removeDead, tensorBytes, type Dim, type Model } from '#dist/graph/index.js'
import { tensorOf } from '#dist/tensor.js'
import { convolution, initializerNamed, operators } from '../help.js'

const int64 = (b: GraphBuilder, ...values: number[]) => b.constant('i', tensorOf('int64', [values.length], values))

/** As PyTorch writes an upsampling to another map's size. */
function upsampling(dims: readonly Dim[]): Model {
  const b = new GraphBuilder('upsampling')
  const x = b.input('x', 'float32', dims)
  const w = b.constant('w', tensorOf('float32', [2, 3, 1, 1], [1, 2, 3, 4, 5, 6]))
  const map = b.node('Relu', [b.node('Conv', [x, w], { strides: [2, 2] })])
  const pooled = b.node('MaxPool', [map], { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 })
  const channels = b.node('Slice', [b.node('Shape', [pooled]), int64(b, 0), int64(b, 2), int64(b, 0)])
  const tensor = { type: 'tensor', value: initializerOfShape() } as const
  const size = b.node('Cast', [b.node('Concat', [channels, b.node('Constant', [], { value: tensor })], { axis: 0 })], {
    to: 7,
  })
  const both = b.node('Concat', [b.node('Resize', [pooled, '', '', size]), map], { axis: 1 })
  b.output(
    b.node('Add', [both, b.node('Gather', [b.node('Shape', [both]), int64(b, 1)])], {}, { name: 'y' }),
    'float32',
    [],
  )
  return b.build()
}

test('what slides by no step has no shape that could be folded', (t) => {
  const b = new GraphBuilder('endless')
  const w = b.constant('w', tensorOf('float32', [1, 1, 1, 1], [1]))
  const map = b.node('Conv', [b.input('x', 'float32', [1, 1, 4, 4]), w], { strides: [0, 0] })
  b.output(b.node('Shape', [map], {}, { name: 'y' }), 'int64', [4])
  t.deepEqual(operators(foldConstants(b.build())), ['Conv', 'Shape'])
})

function initializerOfShape() {
  const { shape, dtype, data } = tensorOf('int64', [2], [8, 8])
  return { name: '', shape, dtype, data: { kind: 'bytes', bytes: data } } as const
}

test('arithmetic of static shapes becomes constants', async (t) => {
  const folded = removeDead(foldConstants(upsampling([1, 3, 16, 16])))
  t.deepEqual(operators(folded), ['Conv', 'Relu', 'MaxPool', 'Resize', 'Concat', 'Add'])
  const sizes = folded.graph.nodes[3]!.inputs[3]!
  const values = new BigInt64Array((await tensorBytes(initializerNamed(folded, sizes))).slice().buffer)
  t.deepEqual([...values], [1n, 2n, 8n, 8n])
  const channels = folded.graph.nodes[5]!.inputs[1]!
  t.deepEqual([...new BigInt64Array((await tensorBytes(initializerNamed(folded, channels))).slice().buffer)], [4n])
})

test('what depends on a size that is open stays', (t) => {
  const folded = removeDead(foldConstants(upsampling([1, 3, 'height', 'width'])))
  t.is(operators(folded).filter((one) => one === 'Shape').length, 2)
  t.false(operators(folded).includes('Constant'))
})

test('an output of the graph is still made by a node', (t) => {
  const b = new GraphBuilder('constant')
  const x = b.input('x', 'float32', [2, 3])
  b.output(b.node('Shape', [x], {}, { name: 'shape' }), 'int64', [2])
  t.deepEqual(operators(foldConstants(b.build())), ['Shape'])
})

test('a graph with nothing to fold stays as it is', (t) => {
  t.deepEqual(foldConstants(convolution()), convolution())
})
