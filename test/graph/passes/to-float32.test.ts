import test from 'ava'
import { GraphBuilder, initializerOf, tensorBytes, toFloat32, valueInfo } from '#dist/graph/index.js'
import type { DType } from '#dist/tensor.js'
import { initializerNamed, nodeNamed, withGraph } from '../help.js'

function halves(dtype: DType, ...bits: number[]) {
  return { dtype, shape: [bits.length], data: new Uint8Array(Uint16Array.from(bits).buffer) }
}

async function floatsOf(tensor: Parameters<typeof tensorBytes>[0]): Promise<number[]> {
  return [...new Float32Array((await tensorBytes(tensor)).slice().buffer)]
}

test('half-precision weights, constants, casts and descriptions become single, value by value', async (t) => {
  const b = new GraphBuilder('halves')
  const x = b.input('x', 'float16', [2])
  const bits = [0x3c00, 0xc000, 0x0001, 0x03ff, 0x7bff, 0x7c00, 0xfc00, 0x8000]
  const w = b.constant('w', halves('float16', ...bits))
  const large = b.constant('large', halves('float16', ...Array.from({ length: 5000 }, (_, i) => i)))
  const brain = b.constant('brain', halves('bfloat16', 0x3f80, 0xc000))
  const whole = b.constant('whole', { dtype: 'uint8', shape: [1], data: Uint8Array.of(7) })
  const value = { type: 'tensor', value: initializerOf('', halves('float16', 0x3c00)) } as const
  const constant = b.node('Constant', [], { value })
  const cast = b.node('Cast', [whole], { to: 10 })
  b.output(b.node('Sum', [x, w, large, brain, constant, cast], {}, { name: 'y' }), 'float16', [2])
  const model = toFloat32(withGraph(b.build(), { values: [valueInfo('Cast', 'float16', [1])] }))

  t.deepEqual(await floatsOf(initializerNamed(model, 'w')), [
    1,
    -2,
    2 ** -24,
    1023 * 2 ** -24,
    65504,
    Infinity,
    -Infinity,
    -0,
  ])
  const made = initializerNamed(model, 'large')
  t.is(made.data.kind, 'made')
  t.is((await floatsOf(made))[0x400], 2 ** -14)
  t.deepEqual(await floatsOf(initializerNamed(model, 'brain')), [1, -2])
  t.is(initializerNamed(model, 'whole').dtype, 'uint8')
  t.deepEqual(nodeNamed(model, 'Cast').attributes.get('to'), { type: 'int', value: 1n })
  const changed = nodeNamed(model, 'Constant').attributes.get('value')
  t.deepEqual(changed?.type === 'tensor' && (await floatsOf(changed.value)), [1])
  const { inputs, outputs, values } = model.graph
  t.deepEqual(
    [...inputs, ...outputs, ...values].map((info) => info.tensor?.dtype),
    ['float32', 'float32', 'float32'],
  )
})

test('NaN stays NaN', async (t) => {
  const b = new GraphBuilder('nan')
  b.constant('w', halves('float16', 0x7e00, 0xfc01))
  t.deepEqual(await floatsOf(initializerNamed(toFloat32(b.build()), 'w')), [NaN, NaN])
})
