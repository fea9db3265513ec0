/** What Swin adds to attention's scores: a bias by relative position, and a mask between parts that do not belong together. */

import { placeOf, regions, tokenPlaces, windowCount, type WindowGrid } from './swin-windows.js'

/**
 * Added to the score of a pair from different parts. The authors add −100, which leaves weights of about e⁻¹⁰⁰: too
 * small to change a sum, but as denormal numbers they make its multiplications several times slower. Here they are 0.
 */
const masked = -1000

/**
 * Between all places of a window.
 * @param table [(2 · window − 1)², heads], by the distance of query and key
 * @returns [heads, window², window²]: queries, then keys
 */
export function relativeBias(table: Float32Array, heads: number, window: number): Float32Array {
  const places = window ** 2
  const bias = new Float32Array(heads * places ** 2)
  for (let head = 0, at = 0; head < heads; head++) {
    for (let query = 0; query < places; query++) {
      for (let key = 0; key < places; key++) bias[at++] = table[distance(query, key, window) * heads + head]!
    }
  }
  return bias
}

/** The row of the table for two places of a window. */
function distance(query: number, key: number, window: number): number {
  const rows = Math.floor(query / window) - Math.floor(key / window) + window - 1
  const columns = (query % window) - (key % window) + window - 1
  return rows * (2 * window - 1) + columns
}

/** [windows, window², window²] */
export function shiftMask(grid: WindowGrid): Float32Array {
  const places = grid.window ** 2
  const region = regions(grid)
  const mask = new Float32Array(windowCount(grid) * places ** 2)
  for (let query = 0, at = 0; query < region.length; query++) {
    const first = query - (query % places)
    for (let key = first; key < first + places; key++) mask[at++] = region[query] === region[key] ? 0 : masked
  }
  return mask
}

/**
 * Bias and mask where one window holds the whole map: between tokens, in the map's order.
 *
 * If the map had to be padded there is one key more, which stands for all the padding: its places have the same key and
 * value, so that together they weigh Σ exp(score + bias) = exp(score + log Σ exp(bias)), a key with that bias.
 * @returns [heads, tokens, tokens, or one more]
 */
export function wholeMapBias(table: Float32Array, heads: number, grid: WindowGrid): Float32Array {
  const { window, shift } = grid
  const tokens = tokenPlaces(grid)
  const padding = paddingPlaces(grid)
  const keys = tokens.length + Math.min(padding.length, 1)
  const region = shift > 0 ? regions(grid) : new Uint8Array(window ** 2)
  const bias = new Float32Array(heads * tokens.length * keys)
  for (let head = 0; head < heads; head++) {
    const between = (query: number, key: number) =>
      table[distance(query, key, window) * heads + head]! + (region[query] === region[key] ? 0 : masked)
    tokens.forEach((query, row) => {
      const start = (head * tokens.length + row) * keys
      tokens.forEach((key, column) => (bias[start + column] = between(query, key)))
      if (padding.length > 0) bias[start + tokens.length] = logSumExp(padding.map((key) => between(query, key)))
    })
  }
  return bias
}

function paddingPlaces(grid: WindowGrid): number[] {
  const { height, width, window } = grid
  return Array.from({ length: window ** 2 }, (_, i) => [Math.floor(i / window), i % window] as const)
    .filter(([y, x]) => y >= height || x >= width)
    .map(([y, x]) => placeOf(grid, y, x))
}

function logSumExp(values: readonly number[]): number {
  const largest = Math.max(...values)
  return largest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - largest), 0))
}
