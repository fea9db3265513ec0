/** Soft edges: a stuffed toy of which the lens holds one side sharp, more and more out of focus towards the other. */

import { bezier } from '../curves.mjs'
import { smoothStep } from '../coverage.mjs'
import { anyColour, lit, shade } from '../paint.mjs'
import { blend, capsule, circle, ellipse } from '../shapes.mjs'

export const tilt = 0.04

export function layersOf(random) {
  const colour = anyColour(random, 0.6, random.between(0.55, 0.95))
  const side = random.sign()
  const most = random.between(0.02, 0.06)
  const limb = (u, v, x, y, dx, dy) => capsule(u, v, x, y, x + dx, y + dy, 0.14, 0.11)
  const arms = [random.between(-0.25, 0.1), random.between(-0.25, 0.1)]
  const toy = (u, v) => {
    const trunk = blend(ellipse(u, v, 0, 0.3, 0.4, 0.46), circle(u, v, 0, -0.38, 0.36), 0.15)
    const ears = Math.min(circle(u, v, -0.28, -0.7, 0.14), circle(u, v, 0.28, -0.7, 0.14))
    const hands = Math.min(limb(u, v, -0.28, 0.1, -0.4, arms[0]), limb(u, v, 0.28, 0.1, 0.4, arms[1]))
    const feet = Math.min(limb(u, v, -0.2, 0.65, -0.2, 0.2), limb(u, v, 0.2, 0.65, 0.2, 0.2))
    return blend(blend(trunk, ears, 0.06), blend(hands, feet, 0.05), 0.08)
  }
  const face = (u, v) =>
    Math.min(circle(u, v, -0.13, -0.44, 0.05), circle(u, v, 0.13, -0.44, 0.05), ellipse(u, v, 0, -0.29, 0.07, 0.05))
  // Half-width of the blur in the object's units: next to none on one side.
  const blur = (u) => most * smoothStep(-0.5, 0.9, side * u)
  const look = { bevel: 0.3, shine: 0.04, seed: random.integer(0, 1e9), grain: 30, contrast: 0.35 }
  return [
    { strokes: stems(random, side, most) },
    { distance: toy, paint: lit(colour, toy, look), blur },
    { distance: face, paint: lit([30, 24, 26], face, { bevel: 0.05, shine: 0.8, seed: 2, contrast: 0 }), blur },
  ]
}

/** Stalks of a bunch that it holds, the further out the less sharp. */
function stems(random, side, most) {
  return Array.from({ length: 7 }, () => {
    const [x, y] = [side * random.between(0.55, 1), random.between(-0.95, -0.55)]
    return {
      points: bezier(side * 0.62, 0.25, side * 0.62, -0.1, x, y + 0.4, x, y),
      radius: random.between(0.008, 0.02),
      tipRadius: random.between(0.004, 0.03),
      blur: most * random.between(0.2, 1),
      colour: shade([96, 140, 60], random.between(0.6, 1.3)),
    }
  })
}
