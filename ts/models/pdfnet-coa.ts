/** PDFNet's cross-attention between two sets of tokens (CoA): one head, RMSNorm after each step, a gated MLP. */

import { linear, product, rmsNorm, silu } from './layers.js'
import type { Module, Value } from './module.js'
import { add, matmul, multiply, reshape, softmax, transpose } from './operations.js'

/**
 * @param queries [N, Q, C]
 * @param keys [N, K, C], which are the values too
 * @returns [N, Q, C]
 */
export function coa(m: Module, queries: Value, keys: Value): Value {
  const [batch, count, channels] = queries.shape as [number, number, number]
  const rows = (x: Value) => reshape(m, x, [x.shape[0]! * x.shape[1]!, channels])
  const sets = (x: Value, parts = batch) => reshape(m, x, [parts, x.shape[0]! / parts, channels])
  const attention = m.at('Att')
  const [asked, known] = [rows(queries), rows(keys)]
  // Of one head and one set TensorRT-RTX makes no single kernel unless its scores are large, of two sets it does.
  const parts = m.target === 'tensorrt' && batch === 1 && count % 2 === 0 ? 2 : batch
  const q = sets(projected(attention, asked, 0), parts)
  const [k, v] = [1, 2].map((third) => repeated(m, sets(projected(attention, known, third)), parts)) as [Value, Value]
  const mixed = linear(attention, rows(attend(attention, q, k, v)), 'out_proj')
  const attended = add(m, rmsNorm(m, mixed, 'Norm1'), asked)
  return sets(add(m, rmsNorm(m, gatedMlp(m.at('FFN'), attended), 'Norm2'), attended))
}

/** By one third of the weights for queries, keys and values; the scale of the scores is in the queries'. */
function projected(m: Module, x: Value, third: number): Value {
  const channels = x.shape[1]!
  const scale = third === 0 ? channels ** -0.5 : 1
  const name = ['q', 'k', 'v'][third]!
  const weight = m.derived(`in_proj_weight.${name}`, [channels, channels], async (read) => {
    const all = await read('in_proj_weight')
    return all.slice(third * channels ** 2, (third + 1) * channels ** 2).map((value) => value * scale)
  })
  return product(m, x, weight, undefined, name)
}

/** For each part of the queries. */
function repeated(m: Module, x: Value, parts: number): Value {
  const [batch, ...rest] = x.shape
  return batch === parts ? x : m.apply('Expand', [x, m.integers([parts, ...rest])], [parts, ...rest])
}

/** Scores are as many as queries times keys: ONNX Runtime's operator and TensorRT's pattern never hold them all. */
function attend(m: Module, q: Value, k: Value, v: Value): Value {
  if (m.target === 'cpu') {
    return m.apply('com.microsoft::MultiHeadAttention', [q, k, v], q.shape, { num_heads: 1, scale: { float: 1 } })
  }
  return matmul(m, softmax(m, matmul(m, q, transpose(m, k, [0, 2, 1]))), v)
}

/** SwiGLU */
function gatedMlp(m: Module, x: Value): Value {
  return linear(m, multiply(m, silu(m, linear(m, x, 'w1')), linear(m, x, 'w3')), 'w2')
}
