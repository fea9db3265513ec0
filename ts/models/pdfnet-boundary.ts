/** Where the last prediction has a boundary, and which cells of the picture it crosses. */

import type { Module, Value } from './module.js'
import { add, exceeds, reshape, sigmoid, subtract } from './operations.js'

/** Cells along each side of a picture. */
export const grid = 8

export interface Boundary {
  /** [N, 1, H, W] */
  readonly map: Value
  /** What of the prediction is sure, and no boundary: [N, 1, H, W] */
  readonly integrity: Value
  /** 2 in each cell that a boundary crosses, and 1 in the others: [N, 1, 8, 8] */
  readonly emphasis: Value
}

/**
 * How far the prediction is from its average over an eighth of the map. Where that eighth is an even number of pixels,
 * a threshold makes it 0 or 1: it must not be computed in half precision.
 * @param prediction 0…1, [N, 1, H, W], H and W multiples of 8
 */
export function findBoundary(place: Module, prediction: Value): Boundary {
  const m = place.island('boundary')
  const [batch, , height, width] = prediction.shape as [number, number, number, number]
  const cell = [height / grid, width / grid] as const
  const contrast = contrastOf(m, sigmoid(m, prediction), cell)
  const map = cell[0] % 2 === 0 ? exceeds(m, contrast, m.number(0.1)) : contrast
  const integrity = m.apply('Relu', [subtract(m, prediction, map)], prediction.shape)
  const largest = m.apply('MaxPool', [map], [batch, 1, grid, grid], { kernel_shape: cell, strides: cell })
  return { map, integrity, emphasis: add(m, exceeds(m, largest, m.number(0)), m.number(1)) }
}

/** The authors' average counts the padding; its window is odd, so that it has a centre. */
function contrastOf(m: Module, x: Value, cell: readonly [number, number]): Value {
  const kernel = cell.map((size) => size + ((size + 1) % 2))
  const around = cell.map((size) => Math.floor(size / 2))
  const average = m.apply('AveragePool', [x], x.shape, {
    kernel_shape: kernel,
    strides: [1, 1],
    pads: [...around, ...around],
    count_include_pad: 1,
  })
  return m.apply('Abs', [subtract(m, x, average)], x.shape)
}

/** One value for each cell [N, 1, 8, 8] spread over a map [N, 1, height, width]. */
export function spread(m: Module, cells: Value, height: number, width: number): Value {
  const [batch] = cells.shape as [number]
  const shape = [batch, 1, grid, height / grid, grid, width / grid]
  const wide = m.apply('Expand', [reshape(m, cells, [batch, 1, grid, 1, grid, 1]), m.integers(shape)], shape)
  return reshape(m, wide, [batch, 1, height, width])
}
