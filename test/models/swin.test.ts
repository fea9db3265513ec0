import test from 'ava'
import { GraphBuilder } from '#dist/graph/index.js'
import { Module } from '#dist/models/module.js'
import { windowAttention } from '#dist/models/swin-attention.js'
import { shiftMask } from '#dist/models/swin-bias.js'
import type { WindowGrid } from '#dist/models/swin-windows.js'
import type { Weights } from '#dist/models/weights.js'
import { largestError, noise, runNetwork, singlePrecision, type Numbers } from './network.js'

const heads = 2
const channels = 6

function weightsOf(window: number): Weights & { values: (name: string) => Float32Array } {
  const tensors: Readonly<Record<string, Numbers>> = {
    relative_position_bias_table: noise([(2 * window - 1) ** 2, heads], 1),
    'qkv.weight': noise([3 * channels, channels], 2),
    'qkv.bias': noise([3 * channels], 3),
    'proj.weight': noise([channels, channels], 4),
    'proj.bias': noise([channels], 5),
  }
  return {
    source: 'noise',
    names: Object.keys(tensors),
    shape: (name) => tensors[name]?.shape,
    read: (name) => Promise.resolve(Float32Array.from(tensors[name]!.data)),
    values: (name) => tensors[name]!.data,
  }
}

/** As the authors compute it: zeros around the map, every window whole, a token at a time, in double precision. */
function paddedAttention(x: Float32Array, grid: WindowGrid, values: (name: string) => Float32Array): Float32Array {
  const { height, width, window, shift } = grid
  const [tall, wide] = [height, width].map((side) => Math.ceil(side / window) * window) as [number, number]
  const project = (token: ArrayLike<number>, name: string, from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => {
      let sum = values(`${name}.bias`)[from + i]!
      for (let c = 0; c < channels; c++) sum += token[c]! * values(`${name}.weight`)[(from + i) * channels + c]!
      return sum
    })
  const zeros = new Float32Array(channels)
  const tokenAt = (y: number, x_: number) =>
    y < height && x_ < width ? x.subarray((y * width + x_) * channels, (y * width + x_ + 1) * channels) : zeros
  const qkv = Array.from({ length: tall * wide }, (_, i) =>
    project(tokenAt(Math.floor(i / wide), i % wide), 'qkv', 0, 3 * channels),
  )
  const size = channels / heads
  const part = (at: number, side: number) => (at < side - window ? 0 : at < side - shift ? 1 : 2)
  const result = new Float32Array(height * width * channels)
  // Rolled coordinates: what stands at (y, x) came from (y + shift, x + shift).
  const origin = (y: number, x_: number) => ((y + shift) % tall) * wide + ((x_ + shift) % wide)
  for (let y = 0; y < tall; y++) {
    for (let x_ = 0; x_ < wide; x_++) {
      const query = origin(y, x_)
      if (Math.floor(query / wide) >= height || query % wide >= width) continue
      const [top, left] = [y - (y % window), x_ - (x_ % window)]
      const mixed: number[] = []
      for (let head = 0; head < heads; head++) {
        const scores: number[] = []
        const keys: number[] = []
        for (let v = top; v < top + window; v++) {
          for (let u = left; u < left + window; u++) {
            const key = origin(v, u)
            let score = 0
            for (let c = 0; c < size; c++) {
              score += qkv[query]![head * size + c]! * size ** -0.5 * qkv[key]![channels + head * size + c]!
            }
            const row = (y - v + window - 1) * (2 * window - 1) + (x_ - u + window - 1)
            score += values('relative_position_bias_table')[row * heads + head]!
            const apart = shift > 0 && (part(y, tall) !== part(v, tall) || part(x_, wide) !== part(u, wide))
            scores.push(score + (apart ? -100 : 0))
            keys.push(key)
          }
        }
        const largest = Math.max(...scores)
        const weights = scores.map((score) => Math.exp(score - largest))
        const total = weights.reduce((sum, weight) => sum + weight, 0)
        for (let c = 0; c < size; c++) {
          const at = 2 * channels + head * size + c
          mixed.push(keys.reduce((sum, key, i) => sum + (weights[i]! / total) * qkv[key]![at]!, 0))
        }
      }
      result.set(
        project(mixed, 'proj', 0, channels),
        ((query / wide) | 0) * width * channels + (query % wide) * channels,
      )
    }
  }
  return result
}

/** Every map of PDFNet at 1024² but the largest, a quarter of which has the same kinds of windows. */
const maps = [
  [64, 64, 12],
  [32, 32, 12],
  [16, 16, 12],
  [8, 8, 12],
  [4, 4, 12],
  // Exactly one window, exactly four, less than one in one direction only, and the smallest map of all.
  [12, 12, 12],
  [24, 24, 12],
  [12, 5, 12],
  [7, 30, 12],
  [1, 1, 12],
  [9, 10, 7],
] as const

for (const [height, width, window] of maps) {
  for (const shift of [0, Math.floor(window / 2)]) {
    test(`attention without padding is attention with padding: ${height}×${width} in windows of ${window}, shifted by ${shift}`, async (t) => {
      const grid = { height, width, window, shift }
      const weights = weightsOf(window)
      const b = new GraphBuilder('attention')
      const batch = 2
      const x = noise([batch * height * width, channels], height * width)
      b.input('x', 'float32', x.shape)
      const y = windowAttention(Module.root(b, weights, 'cpu'), { name: 'x', shape: x.shape }, grid)
      const found = await runNetwork(t, b.build(), { x }, { [y.name]: x.shape })
      if (!found) return
      const half = x.data.length / 2
      const expected = Float32Array.from(
        [0, 1].flatMap((i) => [...paddedAttention(x.data.subarray(i * half, (i + 1) * half), grid, weights.values)]),
      )
      t.true(largestError(found.get(y.name)!, expected) < singlePrecision / 100)
    })
  }
}

test('what a window must not see weighs exactly nothing: denormal weights would slow the processor down', (t) => {
  const mask = shiftMask({ height: 24, width: 30, window: 12, shift: 6 })
  const weights = new Set([...mask].map((added) => Math.fround(Math.exp(added))))
  t.deepEqual([...weights].sort(), [0, 1])
})
