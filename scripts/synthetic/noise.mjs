/** Value noise: smooth, from a hash of the whole-numbered points around. */

import { hash } from './random.mjs'

/**
 * A function from a place to a value from 0 to 1, with features about 1 apart in its first octave; each further octave
 * has half the size and half the strength of the one before. Neighbouring places are quick: cells are kept.
 */
export function octaves(seed, count) {
  const layers = Array.from({ length: count }, (_, octave) => new Cell(seed + octave))
  const total = 2 - 2 / (1 << count)
  return (x, y) => {
    let sum = 0
    let weight = 1 / total
    for (let octave = 0; octave < count; octave++) {
      sum += weight * layers[octave].at(x, y)
      weight /= 2
      // Shifted, so that the lattices of two octaves do not share their points.
      x = 2 * x + 17.3
      y = 2 * y + 9.1
    }
    return sum
  }
}

/** One octave, with the four corners of the cell that it was last asked about. */
class Cell {
  #seed
  #left = NaN
  #top = NaN
  #a = 0
  #b = 0
  #c = 0
  #d = 0

  constructor(seed) {
    this.#seed = seed
  }

  at(x, y) {
    const left = Math.floor(x)
    const top = Math.floor(y)
    if (left !== this.#left || top !== this.#top) this.#enter(left, top)
    const u = x - left
    const v = y - top
    const s = u * u * (3 - 2 * u)
    const t = v * v * (3 - 2 * v)
    const above = this.#a + s * (this.#b - this.#a)
    const below = this.#c + s * (this.#d - this.#c)
    return above + t * (below - above)
  }

  #enter(left, top) {
    this.#left = left
    this.#top = top
    this.#a = hash(left, top, this.#seed) / 2 ** 32
    this.#b = hash(left + 1, top, this.#seed) / 2 ** 32
    this.#c = hash(left, top + 1, this.#seed) / 2 ** 32
    this.#d = hash(left + 1, top + 1, this.#seed) / 2 ** 32
  }
}
