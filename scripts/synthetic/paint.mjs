/** The colours of solid shapes: lit from the upper left, round towards their edges, with a texture. */

import { octaves } from './noise.mjs'

const step = 0.002
// A unit vector: to the left, up, and towards the viewer.
const [lightX, lightY, lightZ] = [-0.48, -0.6, 0.64]

/**
 * A painter: writes the colour at (u, v), `distance` away from the edge, into `out`.
 * @param bevel how far in from its edge the shape is round, in the object's units
 * @param texture its seed, its features a unit, and its strength from 0 to 1
 */
export function lit(colour, outline, { bevel = 0.25, shine = 0.25, seed, grain = 12, contrast = 0.3 }) {
  const textureAt = octaves(seed, 5)
  return (u, v, distance, out) => {
    let nx = 0
    let ny = 0
    let nz = 1
    const rise = 1 + distance / bevel
    if (rise > 0) {
      const dx = outline(u + step, v) - distance
      const dy = outline(u, v + step) - distance
      const slope = Math.min(rise, 1) / Math.max(Math.sqrt(dx * dx + dy * dy), 1e-9)
      nx = dx * slope
      ny = dy * slope
      nz = Math.sqrt(Math.max(0, 1 - nx * nx - ny * ny))
    }
    const facing = Math.max(0, nx * lightX + ny * lightY + nz * lightZ)
    const texture = 1 + contrast * 2 * (textureAt(u * grain, v * grain) - 0.5)
    const bright = (0.35 + 0.8 * facing) * texture
    const glint = shine * 255 * power16(facing)
    for (let channel = 0; channel < 3; channel++) out[channel] = colour[channel] * bright + glint
  }
}

/** A colour of a random hue, as saturated and as bright as it says. */
export function anyColour(random, saturation, level) {
  const hue = random.between(0, 6)
  return [0, 2, 4].map((offset) => {
    const turn = (hue + offset) % 6
    const wave = Math.min(1, Math.max(0, Math.abs(turn - 3) - 1))
    return 255 * level * (1 - saturation + saturation * wave)
  })
}

/** The same colour, brighter or darker. */
export function shade(colour, factor) {
  return colour.map((channel) => Math.min(255, channel * factor))
}

function power16(x) {
  const square = x * x
  const fourth = square * square
  const eighth = fourth * fourth
  return eighth * eighth
}
