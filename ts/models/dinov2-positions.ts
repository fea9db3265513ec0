/** DINOv2's position embedding, resized bicubically from the grid that it was trained on to that of the picture. */

import { resizeBicubic, sharpness as a, transposed } from './bicubic.js'
import { isKnown, type Extent } from './extent.js'
import type { Module, Value } from './module.js'
import { add, divide, matmul, multiply, reshape, subtract, unknownSize } from './operations.js'

/** Of the authors' interpolation, which divides by a size and this: unless the grid is the trained one. */
const offset = 0.1

/**
 * @param m of the encoder's weights
 * @param grid height and width of the picture in patches
 * @returns of the patches, row by row: [1, height · width, C]
 */
export function patchPositions(m: Module, grid: Extent): Value {
  return isKnown(grid) ? written(m, grid) : resized(m, grid)
}

function written(m: Module, [height, width]: readonly [number, number]): Value {
  const { side, channels } = trainedGrid(m)
  return m.derived(`pos_embed.${height}x${width}`, [1, height * width, channels], async (read) => {
    const trained = (await read('pos_embed')).subarray(channels)
    if (height === side && width === side) return trained
    const planes = transposed(trained, channels)
    const result = resizeBicubic(planes, [channels, side, side], [height, width], offset)
    return transposed(result, height * width)
  })
}

function trainedGrid(m: Module): { readonly side: number; readonly channels: number } {
  const [, count, channels] = m.shapeOf('pos_embed') as [number, number, number]
  return { side: Math.sqrt(count - 1), channels }
}

/** Repeats of the trained grid's edge, on each side of it: as far as the kernel reaches. */
const reach = 2

/** By two products with matrices of the kernel's values, one along each axis. */
function resized(m: Module, grid: Value): Value {
  const { side, channels } = trainedGrid(m)
  const wide = side + 2 * reach
  const table = m.derived('pos_embed.repeated', [wide, wide * channels], async (read) =>
    repeated((await read('pos_embed')).subarray(channels), side, channels),
  )
  const onnxFloat32 = 1
  const sizes = m.apply('Cast', [grid], [2], { to: onnxFloat32 })
  const trained = m.number(side)
  // 0 for the trained grid, whose positions are taken as they are, and 1 for all others.
  const apart = m.apply('Abs', [subtract(m, sizes, trained)], [2])
  const most = m.apply('ReduceMax', [apart], [1], { keepdims: 1 })
  const differs = m.apply('Min', [most, m.number(1)], [1])
  const scales = divide(m, trained, add(m, sizes, multiply(m, differs, m.number(offset))))
  const rows = kernelMatrix(m, grid, scales, 0, side)
  const columns = kernelMatrix(m, grid, scales, 1, side)
  const lines = reshape(m, matmul(m, rows, table), [unknownSize, wide, channels])
  const all = m.apply('MatMul', [columns, lines], [unknownSize, unknownSize, channels])
  return reshape(m, all, [1, unknownSize, channels])
}

/** Of each result along an axis, how much of each of the repeated grid's places: [results, side + 4]. */
function kernelMatrix(m: Module, grid: Value, scales: Value, axis: number, side: number): Value {
  const vector = (name: string, length: number, first: number) =>
    m.constant(name, 'float32', [length], () => Float32Array.from({ length }, (_, i) => first + i))
  const along = (x: Value) => m.apply('Slice', [x, m.integers([axis]), m.integers([axis + 1])], [1])
  const middles = m.apply('Slice', [vector('middles', mostPatches, 0.5), m.integers([0]), along(grid)], [unknownSize])
  const centres = subtract(m, multiply(m, middles, along(scales)), m.number(0.5))
  const column = reshape(m, centres, [unknownSize, 1])
  const places = vector('places', side + 2 * reach, -reach)
  const distance = m.apply('Abs', [subtract(m, column, places)], [unknownSize, side + 2 * reach])
  const within = (from: number, to: number) => m.apply('Clip', [distance, m.number(from), m.number(to)], distance.shape)
  // Each part of the kernel is 0 where the other begins.
  return add(
    m,
    polynomial(m, within(0, 1), [a + 2, -a - 3, 0, 1]),
    polynomial(m, within(1, 2), [a, -5 * a, 8 * a, -4 * a]),
  )
}

/** Coefficients of the powers 3 to 0. */
function polynomial(m: Module, x: Value, [cubic, ...others]: readonly number[]): Value {
  return others.reduce((sum, coefficient) => add(m, multiply(m, sum, x), m.number(coefficient)), m.number(cubic!))
}

/** Along a side: four times those of the shorter one, which are as many as were trained. */
export const mostPatches = 148

/** [side, side, C] to [side + 4, side + 4, C]. */
function repeated(grid: Float32Array, side: number, channels: number): Float32Array {
  const wide = side + 2 * reach
  const result = new Float32Array(wide * wide * channels)
  const inside = (i: number) => Math.min(Math.max(i - reach, 0), side - 1)
  for (let row = 0; row < wide; row++) {
    for (let column = 0; column < wide; column++) {
      const from = (inside(row) * side + inside(column)) * channels
      result.set(grid.subarray(from, from + channels), (row * wide + column) * channels)
    }
  }
  return result
}
