/** How far two mattes, or any two lists of numbers, are from one another. */

/** Mean and largest absolute difference, and the standard deviation of what was expected. */
export function difference(found, expected) {
  if (found.length !== expected.length) throw new Error(`${found.length} values beside ${expected.length}`)
  let [sum, largest, total, squares, finite] = [0, 0, 0, 0, true]
  for (let index = 0; index < found.length; index++) {
    const [a, b] = [found[index], expected[index]]
    const apart = Math.abs(a - b)
    sum += apart
    if (apart > largest) largest = apart
    if (!Number.isFinite(a)) finite = false
    total += b
    squares += b * b
  }
  const count = found.length
  const mean = total / count
  return { mean: sum / count, largest, deviation: Math.sqrt(Math.max(0, squares / count - mean * mean)), finite }
}

/** The values of a tensor of float32, or of an 8-bit one. */
export function valuesOf({ dtype, data }) {
  if (dtype === 'uint8') return data
  if (dtype !== 'float32') throw new Error(`values of ${dtype} are not compared`)
  return new Float32Array(data.buffer, data.byteOffset, data.byteLength / 4)
}

/** The logits of alphas, as far from 0 and 1 as single precision tells them. */
export function logits(alphas) {
  const least = 1e-5
  return Float32Array.from(alphas, (alpha) => {
    const inside = Math.min(1 - least, Math.max(least, alpha))
    return Math.log(inside / (1 - inside))
  })
}

export function isEqual(a, b) {
  return Buffer.compare(a.data, b.data) === 0
}

/** `mean / largest` */
export function shownDifference({ mean, largest }) {
  return `${mean.toPrecision(3)} / ${largest.toPrecision(3)}`
}
