/** The DPT head: an encoder's tokens of four depths become one map at the picture's size. */

import { extentOf, reshapeToMaps, resizeTo, times, type Extent } from './extent.js'
import { conv } from './layers.js'
import type { Module, Value } from './module.js'
import { add, relu, transpose, unknownSize } from './operations.js'

/** Of a convolution by 3×3 that keeps the size. */
const around = [1, 1, 1, 1] as const

/**
 * @param m of the head's weights
 * @param features four of [N, height · width, C], from the encoder's first blocks to its last
 * @param grid height and width of the encoder's map
 * @param size height and width of the picture
 * @returns [N, 1, H, W], at least 0
 */
export function dpt(m: Module, features: readonly Value[], grid: Extent, size: Extent): Value {
  const scratch = m.at('scratch')
  const maps = features.map((tokens, i) => {
    const map = resized(m, conv(m, mapOf(m, tokens, grid), `projects.${i}`), i)
    return conv(scratch, map, `layer${i + 1}_rn`, { pads: around })
  })
  const fused = maps.reduceRight<Value | undefined>((deeper, map, i) => {
    const part = scratch.at(`refinenet${i + 1}`)
    const sum = deeper ? add(part, deeper, residual(part.at('resConfUnit1'), map)) : map
    // The authors enlarge first. Each is linear, and the weights of neighbours add up to 1: the result is the same.
    const mixed = conv(part, residual(part.at('resConfUnit2'), sum), 'out_conv')
    const next = maps[i - 1]
    return resizeTo(part, mixed, next ? extentOf(part, next) : times(part, extentOf(part, map), 2))
  }, undefined)
  const large = resizeTo(scratch, conv(scratch, fused!, 'output_conv1', { pads: around }), size)
  const last = relu(scratch, conv(scratch, large, 'output_conv2.0', { pads: around }))
  return relu(scratch, conv(scratch, last, 'output_conv2.2'))
}

function mapOf(m: Module, tokens: Value, grid: Extent): Value {
  const [batch, , channels] = tokens.shape as [number, number, number]
  return reshapeToMaps(m, transpose(m, tokens, [0, 2, 1]), batch, channels, grid)
}

/** Four times as large, twice, as it is, or half. */
function resized(m: Module, map: Value, i: number): Value {
  const name = `resize_layers.${i}`
  if (i === 2) return map
  return i === 3 ? conv(m, map, name, { stride: 2, pads: around }) : enlarged(m, map, name)
}

/** By a transposed convolution whose results do not overlap. */
function enlarged(m: Module, map: Value, name: string): Value {
  const [batch, , height, width] = map.shape as [number, number, number, number]
  const part = m.at(name)
  const kernel = part.weight('weight')
  const [, channels, side] = kernel.shape as [number, number, number]
  const size = (length: number) => (length === unknownSize ? unknownSize : length * side)
  return m.apply(
    'ConvTranspose',
    [map, kernel, part.weight('bias')],
    [batch, channels, size(height), size(width)],
    { kernel_shape: [side, side], strides: [side, side] },
    name,
  )
}

function residual(m: Module, x: Value): Value {
  const first = conv(m, relu(m, x), 'conv1', { pads: around })
  return add(m, conv(m, relu(m, first), 'conv2', { pads: around }), x)
}
