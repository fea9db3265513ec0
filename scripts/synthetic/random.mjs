/**
 * Chance from a seed, and the sine: integers, sums, products, quotients and square roots alone, which every machine
 * rounds alike. `Math.sin` and its kin are each engine's own affair.
 */

/** A whole number from 0 to 2³² − 1 that looks unrelated to the three it is made of. */
export function hash(a, b, c) {
  let bits = Math.imul(a, 0x9e3779b1) ^ Math.imul(b + 0x1b873593, 0x85ebca6b) ^ Math.imul(c + 0x38b34ae5, 0xc2b2ae35)
  bits = Math.imul(bits ^ (bits >>> 16), 0x7feb352d)
  bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b)
  return (bits ^ (bits >>> 16)) >>> 0
}

/** Draws of one stream: streams of one seed do not disturb one another. */
export class Random {
  #seed
  #stream
  #drawn = 0

  constructor(seed, stream) {
    this.#seed = seed
    this.#stream = stream
  }

  /** From 0, inclusive, to 1, exclusive. */
  next() {
    return hash(this.#seed, this.#stream, this.#drawn++) / 2 ** 32
  }

  between(low, high) {
    return low + (high - low) * this.next()
  }

  /** Both ends inclusive. */
  integer(low, high) {
    return low + Math.floor((high - low + 1) * this.next())
  }

  pick(list) {
    return list[this.integer(0, list.length - 1)]
  }

  sign() {
    return this.next() < 0.5 ? -1 : 1
  }
}

/** The sine of an angle in turns, to 1e-7. */
export function sinTurn(turns) {
  let part = turns - Math.floor(turns + 0.5)
  if (part > 0.25) part = 0.5 - part
  else if (part < -0.25) part = -0.5 - part
  const x = 2 * Math.PI * part
  const s = x * x
  return x * (1 - (s / 6) * (1 - (s / 20) * (1 - (s / 42) * (1 - (s / 72) * (1 - s / 110)))))
}

export function cosTurn(turns) {
  return sinTurn(turns + 0.25)
}
