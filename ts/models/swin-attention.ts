/** Swin's attention within windows, of real tokens: its padding is computed once, not token by token. */

import { linear, product } from './layers.js'
import type { Module, Value } from './module.js'
import { add, concat, gather, matmul, reshape, slice, softmax, split, transpose } from './operations.js'
import { relativeBias, shiftMask, wholeMapBias } from './swin-bias.js'
import { gridName, isPadded, tokenPlaces, windowCount, windowTokens, type WindowGrid } from './swin-windows.js'

/**
 * The authors pad a map with zeros and then project it, so that every padded token has the bias for its query, key and
 * value. Here one token of zeros joins each map, and stands wherever a window has padding; where one window holds the
 * whole map, it is a single key for all of it.
 * @param m of the attention's weights
 * @param x rows [batch · height · width, C]
 */
export function windowAttention(m: Module, x: Value, grid: WindowGrid): Value {
  const tokens = grid.height * grid.width
  const [rows, channels] = x.shape as [number, number]
  const batch = rows / tokens
  const padded = isPadded(grid)
  const qkv = projected(m, padded ? withZeroToken(m, x, batch, tokens) : x)
  const mixed = windowCount(grid) === 1 ? overWholeMap(m, qkv, batch, grid) : overWindows(m, qkv, batch, grid)
  return linear(m, reshape(m, mixed, [rows, channels]), 'proj')
}

function withZeroToken(m: Module, x: Value, batch: number, tokens: number): Value {
  const channels = x.shape[1]!
  const shape = [batch, 1, channels]
  const zeros = m.constant(`zeros.${shape.join('x')}`, 'float32', shape, () => new Float32Array(batch * channels))
  const joined = concat(m, [reshape(m, x, [batch, tokens, channels]), zeros], 1)
  return reshape(m, joined, [batch * (tokens + 1), channels])
}

/** Queries, keys and values [M, 3 · C]; the scale of the scores is in the queries' weights. */
function projected(m: Module, x: Value): Value {
  const channels = x.shape[1]!
  const scale = (channels / headsOf(m)) ** -0.5
  const scaled = (part: string) =>
    m.derived(part, m.shapeOf(part), async (read) => {
      const values = await read(part)
      values.set(values.subarray(0, values.length / 3).map((value) => value * scale))
      return values
    })
  return product(m, x, scaled('qkv.weight'), scaled('qkv.bias'), 'qkv')
}

function overWindows(m: Module, qkv: Value, batch: number, grid: WindowGrid): Value {
  const { height, width, window, shift } = grid
  const [windows, places, heads] = [windowCount(grid), window ** 2, headsOf(m)]
  const channels = qkv.shape[1]! / 3
  const size = channels / heads
  const name = gridName(grid)
  const all = reshape(m, qkv, [batch, qkv.shape[0]! / batch, 3 * channels])
  const indices = m.constant(`${name}.tokens`, 'int32', [windows * places], () => windowTokens(grid))
  const placed = reshape(m, gather(m, all, indices, 1), [batch * windows, places, 3, heads, size])
  const [q, k, v] = headwise(m, placed)

  const bias = m.derived('relative_position_bias', [1, heads, places, places], async (read) =>
    relativeBias(await read(table), heads, window),
  )
  let scores = add(m, matmul(m, q, transpose(m, k, [0, 1, 3, 2])), bias)
  if (shift > 0) {
    const mask = m.constant(`${name}.mask`, 'float32', [windows, 1, places, places], () => shiftMask(grid))
    const { shape } = scores
    scores = reshape(m, add(m, reshape(m, scores, [batch, windows, heads, places, places]), mask), shape)
  }
  const mixed = transpose(m, matmul(m, softmax(m, scores), v), [0, 2, 1, 3])
  const back = m.constant(`${name}.places`, 'int32', [height * width], () => tokenPlaces(grid))
  return gather(m, reshape(m, mixed, [batch, windows * places, channels]), back, 1)
}

/** One window: no token moves, only the bias between them does. */
function overWholeMap(m: Module, qkv: Value, batch: number, grid: WindowGrid): Value {
  const { height, width } = grid
  const [tokens, keys, heads] = [height * width, qkv.shape[0]! / batch, headsOf(m)]
  const size = qkv.shape[1]! / 3 / heads
  const [all, k, v] = headwise(m, reshape(m, qkv, [batch, keys, 3, heads, size]))
  const q = keys > tokens ? slice(m, all, 0, tokens, 2) : all
  const name = `relative_position_bias.${height}x${width}`
  const bias = m.derived(name, [1, heads, tokens, keys], async (read) => wholeMapBias(await read(table), heads, grid))
  const scores = add(m, matmul(m, q, transpose(m, k, [0, 1, 3, 2])), bias)
  return transpose(m, matmul(m, softmax(m, scores), v), [0, 2, 1, 3])
}

/** [N, places, 3, heads, size] to queries, keys and values, each [N, heads, places, size]. */
function headwise(m: Module, x: Value): readonly [Value, Value, Value] {
  const [count, places, , heads, size] = x.shape as [number, number, number, number, number]
  const parts = split(m, transpose(m, x, [2, 0, 3, 1, 4]), 3, 0)
  return parts.map((part) => reshape(m, part, [count, heads, places, size])) as [Value, Value, Value]
}

const table = 'relative_position_bias_table'

function headsOf(m: Module): number {
  return m.shapeOf(table)[1]!
}
