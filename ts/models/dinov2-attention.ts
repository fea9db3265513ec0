/** DINOv2's attention of all tokens of a picture to all. */

import { product, scale, scaledLinear } from './layers.js'
import type { Module, Value } from './module.js'
import { matmul, reshape, softmax, transpose } from './operations.js'

/**
 * @param m of the block's weights
 * @param x rows [batch · tokens, C]
 */
export function attention(m: Module, x: Value, batch: number, heads: number): Value {
  const part = m.at('attn')
  const [q, k, v] = [0, 1, 2].map((third) => projected(part, x, third, heads)) as [Value, Value, Value]
  return scaledLinear(m, attend(part, q, k, v, batch, heads), 'attn.proj', 'ls1.gamma')
}

/** By one third of the weights for queries, keys and values; the scale of the scores is in the queries'. */
function projected(m: Module, x: Value, third: number, heads: number): Value {
  const channels = x.shape[1]!
  const name = ['q', 'k', 'v'][third]!
  const [weight, bias] = [[channels, channels], [channels]].map((shape, i) => {
    const whole = i === 0 ? 'qkv.weight' : 'qkv.bias'
    return m.derived(`${whole}.${name}`, shape, async (read) => {
      const all = await read(whole)
      const count = all.length / 3
      const values = all.subarray(third * count, (third + 1) * count)
      if (third === 0) scale(values, (channels / heads) ** -0.5)
      return values
    })
  }) as [Value, Value]
  return product(m, x, weight, bias, name)
}

/** Scores are as many as tokens squared: ONNX Runtime's operator and TensorRT's pattern never hold them all. */
function attend(m: Module, q: Value, k: Value, v: Value, batch: number, heads: number): Value {
  const [rows, channels] = q.shape as [number, number]
  const tokens = rows / batch
  if (m.target === 'cpu') {
    const inputs = [q, k, v].map((x) => reshape(m, x, [batch, tokens, channels]))
    const attributes = { num_heads: heads, scale: { float: 1 } }
    const mixed = m.apply('com.microsoft::MultiHeadAttention', inputs, inputs[0]!.shape, attributes)
    return reshape(m, mixed, q.shape)
  }
  const headwise = (x: Value, order: readonly number[]) =>
    transpose(m, reshape(m, x, [batch, tokens, heads, channels / heads]), order)
  const scores = matmul(m, headwise(q, [0, 2, 1, 3]), headwise(k, [0, 2, 3, 1]))
  const mixed = matmul(m, softmax(m, scores), headwise(v, [0, 2, 1, 3]))
  return reshape(m, transpose(m, mixed, [0, 2, 1, 3]), q.shape)
}
