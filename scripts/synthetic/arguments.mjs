/** Flags that scripts of the synthetic set share. */

import { kinds } from './scene.mjs'

/** `1-20` or `3,5,101-120`. */
export function parseSeeds(text) {
  return text.split(',').flatMap((part) => {
    const [, low, high = low] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part) ?? []
    const [first, last] = [Number(low), Number(high)]
    if (!(first >= 1 && first <= last && last - first < 100_000)) {
      throw new Error(`expected seeds from 1 like 1-20 or 3,5,8, got ${JSON.stringify(part)}`)
    }
    return Array.from({ length: last - first + 1 }, (_, index) => first + index)
  })
}

/** `wires,hair`: a list of kinds. */
export function parseKinds(text) {
  const names = text.split(',')
  for (const name of names) {
    if (!Object.hasOwn(kinds, name)) throw new Error(`expected kinds of ${Object.keys(kinds)}, got "${name}"`)
  }
  return names
}

export function parseWhole(name, text, least, most) {
  const value = Number(text)
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new Error(`expected a whole number from ${least} to ${most} for --${name}, got "${text}"`)
}
