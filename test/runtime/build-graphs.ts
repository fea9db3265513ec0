/** Graphs that tests of building build. */

import { GraphBuilder, type Model } from '#dist/graph/index.js'
import { tensorOf } from '#dist/tensor.js'

const onnxNumber = { float32: 1, float16: 10 } as const

/**
 * Every operator of PDFNet's graph, chained on a small map. Norms and thresholds stay in float32 where `type` is
 * float16, as they must in the network.
 */
export function everyOperator(type: 'float32' | 'float16'): Model {
  const b = new GraphBuilder(`operators-${type}`, { opset: 20 })
  const ints = (name: string, values: readonly number[]) => b.constant(name, tensorOf('int64', [values.length], values))
  const cast = (x: string, to: 'float32' | 'float16') =>
    type === 'float32' ? x : b.node('Cast', [x], { to: onnxNumber[to] })
  const float = (name: string, shape: readonly number[], scale = 0.1) => {
    const count = shape.reduce((product, size) => product * size, 1)
    return b.constant(
      name,
      tensorOf(
        'float32',
        shape,
        Array.from({ length: count }, (_, i) => scale * Math.cos(i)),
      ),
    )
  }
  const weight = (name: string, shape: readonly number[]) => cast(float(name, shape), type)
  const island = (operator: string, inputs: readonly string[], attributes = {}) =>
    cast(b.node(operator, [cast(inputs[0]!, 'float32'), ...inputs.slice(1)], attributes), type)

  const image = b.input('image', 'float32', [1, 3, 32, 32])
  const depth = b.input('depth', 'float32', [1, 1, 32, 32])
  const low = b.node('ReduceMin', [depth], { keepdims: 0 })
  const high = b.node('ReduceMax', [depth], { keepdims: 0 })
  const range = b.node('Div', [b.node('Sub', [depth, low]), b.node('Sub', [high, low])])
  const both = cast(b.node('Concat', [image, range], { axis: 1 }), type)

  const features = b.node('Conv', [both, weight('w', [8, 4, 4, 4]), weight('b', [8])], {
    strides: [4, 4],
    kernel_shape: [4, 4],
  })
  const tokens = b.node('Reshape', [
    b.node('Transpose', [features], { perm: [0, 2, 3, 1] }),
    ints('tokens', [1, 64, 8]),
  ])
  const normed = island('LayerNormalization', [tokens, float('gamma', [8], 1), float('beta', [8])], { axis: -1 })
  const qkv = b.node('Add', [b.node('MatMul', [normed, weight('qkv', [8, 24])]), weight('qkv.bias', [24])])
  const [q, k, v] = b.nodes('Split', [qkv], 3, { axis: 2, num_outputs: 3 })
  const scores = b.node('MatMul', [q!, b.node('Transpose', [k!], { perm: [0, 2, 1] })])
  const attended = b.node('MatMul', [b.node('Softmax', [scores], { axis: -1 }), v!])
  const active = b.node('Gelu', [b.node('Add', [attended, tokens])])

  const map = b.node('Reshape', [b.node('Transpose', [active], { perm: [0, 2, 1] }), ints('map', [1, 8, 8, 8])])
  const padded = b.node('Pad', [map, ints('pads', [0, 0, 0, 0, 0, 0, 4, 4])])
  const cropped = b.node('Slice', [padded, ints('starts', [2, 2]), ints('ends', [10, 10]), ints('axes', [2, 3])])
  const squares = b.node('ReduceSumSquare', [cast(cropped, 'float32'), ints('axis', [1])], { keepdims: 1 })
  const root = b.node('Sqrt', [
    b.node('Add', [b.node('Mul', [squares, float('mean', [], 0.125)]), float('eps', [], 1e-6)]),
  ])
  const rms = b.node('Div', [cast(cropped, 'float32'), root])
  const gated = b.node('Mul', [rms, b.node('Sigmoid', [rms])])

  const pooled = b.node('AveragePool', [gated], { kernel_shape: [3, 3], pads: [1, 1, 1, 1], count_include_pad: 1 })
  const edge = b.node('Greater', [b.node('Abs', [b.node('Sub', [gated, pooled])]), float('threshold', [])])
  const border = b.node('MaxPool', [b.node('Cast', [edge], { to: 1 })], { kernel_shape: [4, 4], strides: [4, 4] })
  const resize = (x: string, side: number, attributes: object) =>
    b.node('Resize', [x, '', '', ints(`side${side}`, [1, 8, side, side])], { ...attributes })
  const nearest = { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }
  const doubled = b.node('Mul', [gated, resize(border, 8, nearest)])
  const large = resize(b.node('Relu', [doubled]), 32, {
    mode: 'linear',
    coordinate_transformation_mode: 'align_corners',
  })
  b.output(b.node('Identity', [large], {}, { name: 'logit' }), 'float32', [1, 8, 32, 32])
  return b.build()
}

/** A picture resized to the size that an input says: dynamic sizes, and an input that is itself a shape. */
export function resizing(): Model {
  const b = new GraphBuilder('resizing')
  const x = b.input('x', 'float32', [1, 3, 'height', 'width'])
  const size = b.input('size', 'int64', [2])
  const sizes = b.node('Concat', [b.constant('outer', tensorOf('int64', [2], [1, 3])), size], { axis: 0 })
  b.output(b.node('Resize', [x, '', '', sizes], { mode: 'linear' }, { name: 'y' }), 'float32', [
    1,
    3,
    'rows',
    'columns',
  ])
  return b.build()
}

/** What ONNX has and TensorRT has not. */
export function quantised(): Model {
  const b = new GraphBuilder('quantised')
  const x = b.input('x', 'float32', [1, 4])
  const names = b.nodes('DynamicQuantizeLinear', [x], 3, {}, { name: 'quantise' })
  b.output(names[0]!, 'uint8', [1, 4])
  return b.build()
}
