/** How far a matte, or colours, are from the truth. */

const [low, high] = [0.02 * 65535, 0.98 * 65535]
const reach = 4

/** Where the true alpha is soft: 1, else 0. */
export function softBand(truth) {
  const band = new Uint8Array(truth.length)
  for (let at = 0; at < truth.length; at++) if (truth[at] > low && truth[at] < high) band[at] = 1
  return band
}

/** The same with all within 4 pixels, along both axes, of what is in it. */
export function widened(band, width) {
  const height = band.length / width
  const wide = new Uint8Array(band.length)
  for (let row = 0; row < height; row++) spread(band, wide, row * width, 1, width)
  const both = new Uint8Array(band.length)
  for (let column = 0; column < width; column++) spread(wide, both, column, width, height)
  return both
}

function spread(from, to, start, stride, count) {
  for (const [first, step] of [
    [start, stride],
    [start + (count - 1) * stride, -stride],
  ]) {
    let left = 0
    for (let index = 0, at = first; index < count; index++, at += step) {
      if (from[at] === 1) left = reach + 1
      if (left > 0) {
        to[at] = 1
        left--
      }
    }
  }
}

/** Mean |α − α*|, from 0 to 1, over the band and over all. Both alphas have 16 bits. */
export function alphaErrors(alpha, truth, band) {
  let inBand = 0
  let all = 0
  let size = 0
  for (let at = 0; at < truth.length; at++) {
    const error = Math.abs(alpha[at] - truth[at])
    all += error
    if (band[at] === 0) continue
    inBand += error
    size++
  }
  return { band: inBand / size / 65535, all: all / truth.length / 65535 }
}

/** Mean |F − F*| over the band's pixels and channels, from 0 to 1, of 8-bit RGB. */
export function colourError(colours, truth, band) {
  let sum = 0
  let size = 0
  for (let at = 0; at < band.length; at++) {
    if (band[at] === 0) continue
    size += 3
    for (let sample = 3 * at; sample < 3 * at + 3; sample++) sum += Math.abs(colours[sample] - truth[sample])
  }
  return sum / size / 255
}
