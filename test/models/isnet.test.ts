import { join } from 'node:path'
import test from 'ava'
import { GraphBuilder, writeOnnx, type Dim, type Model } from '#dist/graph/index.js'
import { loadRecipe, prepareCore, type Recipe } from '#dist/models/index.js'
import { tensorOf, type DType } from '#dist/tensor.js'
import { rejectsWith, temporaryFolder } from '../store/help.js'

const recipe: Recipe = { ...loadRecipe('isnet'), input: { ...loadRecipe('isnet').input, size: [16, 16] } }

interface Export {
  readonly names?: readonly [string, string]
  readonly dtype?: DType
  readonly input?: readonly Dim[]
  readonly output?: readonly Dim[]
  readonly operator?: string
}

/** What exporters make of a network: casts around half-precision weights, a size worked out as it runs, two outputs. */
function exported(options: Export = {}): Model {
  const { names = ['input', 'output'], dtype = 'float32', input = [1, 3, 16, 16], output = [1, 1, 16, 16] } = options
  const b = new GraphBuilder('exported')
  const x = b.input(names[0], dtype, input)
  const w = b.constant('w', { dtype: 'float16', shape: [1, 3, 1, 1], data: new Uint8Array(6).fill(0x3c) })
  const half = b.node('Conv', [b.node('Cast', [x], { to: 10 }), w], { strides: [2, 2] })
  const index = b.constant('index', tensorOf('int64', [4], [0, 1, 2, 3]))
  const channel = b.node('Slice', [
    b.node('Shape', [half]),
    b.constant('from', tensorOf('int64', [1], [0])),
    b.constant('to', tensorOf('int64', [1], [2])),
  ])
  const last = b.node('Gather', [
    b.node('Shape', [x]),
    b.node('Slice', [index, 'to', b.constant('end', tensorOf('int64', [1], [4]))]),
  ])
  const size = b.node('Concat', [channel, last], { axis: 0 })
  const large = b.node('Resize', [b.node('Cast', [half], { to: 1 }), '', '', size], { mode: 'linear' })
  b.output(b.node(options.operator ?? 'Sigmoid', [large], {}, { name: names[1] }), 'float32', output)
  b.output(b.node('Relu', [half], {}, { name: 'side' }), 'float16', [1, 1, 8, 8])
  return b.build()
}

async function prepare(folder: string, model: Model): Promise<Model> {
  const file = join(folder, 'weights.onnx')
  await writeOnnx(model, file)
  return prepareCore(recipe, file, 'cpu')
}

test('the core has one output, single precision, static sizes and no arithmetic of shapes', async (t) => {
  const { graph } = await prepare(await temporaryFolder(t), exported())
  t.deepEqual(
    graph.nodes.map((node) => node.opType),
    ['Conv', 'Resize', 'Sigmoid'],
  )
  t.deepEqual(graph.inputs, [{ name: 'input', tensor: { dtype: 'float32', dims: [1, 3, 16, 16] } }])
  t.deepEqual(graph.outputs, [{ name: 'output', tensor: { dtype: 'float32', dims: [1, 1, 16, 16] } }])
  t.deepEqual(
    graph.initializers.map(({ dtype }) => dtype),
    ['float32', 'int64'],
  )
})

test("a user's own export goes the same way: other names, open sizes, half precision, nodes in any order", async (t) => {
  const folder = await temporaryFolder(t)
  const expected = await prepare(folder, exported())
  const own = exported({
    names: ['pixels', '1890'],
    dtype: 'float16',
    input: ['batch', 3, 'height', 'width'],
    output: ['batch', 1, 'height', ''],
  })
  const model = await prepare(folder, { ...own, graph: { ...own.graph, nodes: [...own.graph.nodes].reverse() } })
  t.deepEqual(model.graph.inputs, expected.graph.inputs)
  t.deepEqual(model.graph.outputs, expected.graph.outputs)
  t.deepEqual(
    model.graph.nodes.map(({ opType }) => opType),
    ['Conv', 'Resize', 'Sigmoid'],
  )
})

test('an export of another size is brought to the one that is asked for, or refused where its graph has it fixed', async (t) => {
  const folder = await temporaryFolder(t)
  const expected = await prepare(folder, exported())
  const other = { input: [1, 3, 32, 32], output: [1, 1, 32, 32] }
  const { graph } = await prepare(folder, exported(other))
  t.deepEqual(graph.inputs, expected.graph.inputs)
  t.deepEqual(graph.outputs, expected.graph.outputs)
  t.deepEqual(
    graph.initializers.filter(({ dtype }) => dtype === 'int64'),
    expected.graph.initializers.filter(({ dtype }) => dtype === 'int64'),
  )
  const fixed = prepare(folder, exported({ ...other, operator: 'Softmax' }))
  const { message } = await rejectsWith(t, 'ERR_MODEL_MISMATCH', fixed)
  t.regex(message, /was exported at 32×32, and its graph does not work at 16×16/)
})

test('weights of another network are told what was found and what was expected', async (t) => {
  const folder = await temporaryFolder(t)
  const cases: readonly [Export, RegExp][] = [
    [
      { input: [1, 3, 320, 320] },
      /expected output float32 \[1, 1, 320, 320\], found "output": float32 \[1, 1, 16, 16\]/,
    ],
    [{ dtype: 'uint8' }, /found "input": uint8 \[1, 3, 16, 16\]/],
    [{ input: [1, 16, 16] }, /found "input": float32 \[1, 16, 16\]/],
    [
      { output: ['', 2, 16, 16] },
      /expected output float32 \[1, 1, 16, 16\], found "output": float32 \[\?, 2, 16, 16\]/,
    ],
  ]
  for (const [options, message] of cases) {
    const error = await rejectsWith(t, 'ERR_MODEL_MISMATCH', prepare(folder, exported(options)))
    t.regex(error.message, message)
  }
  const b = new GraphBuilder('two')
  b.output(b.node('Add', [b.input('a', 'float32', [1]), b.input('b', 'float32', [1])]), 'float32', [1])
  const error = await rejectsWith(t, 'ERR_MODEL_MISMATCH', prepare(folder, b.build()))
  t.regex(error.message, /expected one input, found 2 \(a, b\)/)
})

test('an operator that no device has is named', async (t) => {
  const error = await rejectsWith(
    t,
    'ERR_ONNX_OPERATOR',
    prepare(await temporaryFolder(t), exported({ operator: 'org.example::Magic' })),
  )
  t.regex(error.message, /org\.example::Magic \(1\)/)
})
