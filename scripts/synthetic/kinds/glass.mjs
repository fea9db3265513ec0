/** Glass-like alpha: a bottle that lets some of the background through, with a lid, a label and something in it. */

import { smoothStep } from '../coverage.mjs'
import { octaves } from '../noise.mjs'
import { anyColour, lit, shade } from '../paint.mjs'
import { blend, roundedBox } from '../shapes.mjs'

export const tilt = 0.03

export function layersOf(random) {
  const [wide, neck] = [random.between(0.4, 0.52), random.between(0.13, 0.22)]
  const glass = (u, v) =>
    blend(roundedBox(u, v, 0, 0.3, wide, 0.66, 0.12), roundedBox(u, v, 0, -0.6, neck, 0.36, 0.04), 0.3)
  const lid = (u, v) => roundedBox(u, v, 0, -0.88, neck + 0.05, 0.11, 0.03)
  const tall = random.between(0.14, 0.22)
  const label = (u, v) => roundedBox(u, v, 0, 0.42, wide - 0.1, tall, 0.04)
  const level = random.between(0.05, 0.35)
  const filling = (u, v) => Math.max(glass(u, v) + 0.05, level - v)
  const tint = anyColour(random, random.between(0.05, 0.35), 0.95)
  const liquid = anyColour(random, 0.85, random.between(0.4, 0.8))
  const [clear, cloudy] = [random.between(0.1, 0.3), random.between(0.55, 0.9)]
  const look = (more) => ({ seed: random.integer(0, 1e9), ...more })
  return [
    { distance: filling, paint: lit(liquid, filling, look({ bevel: 0.3, contrast: 0.15 })), opacity: () => cloudy },
    { distance: glass, paint: sheen(tint), opacity: wall(clear, wide, random.integer(0, 1e9)) },
    { distance: label, paint: lit([228, 222, 205], label, look({ bevel: 0.02, shine: 0, grain: 20, contrast: 0.2 })) },
    { distance: lid, paint: lit(shade(liquid, 0.8), lid, look({ bevel: 0.08 })) },
  ]
}

/** Whiter where it shines. */
function sheen(tint) {
  return (u, v, distance, out) => {
    const rim = smoothStep(-0.06, 0, distance)
    for (let channel = 0; channel < 3; channel++) out[channel] = tint[channel] * (1 - 0.45 * rim) + 25 * (1 - rim)
  }
}

/** Nearly opaque towards its edge, where one looks along the wall, and in two long highlights; streaky elsewhere. */
function wall(clear, wide, seed) {
  const streaks = octaves(seed, 3)
  return (u, v, distance) => {
    const rim = smoothStep(-0.07, 0.01, distance)
    const streak = 0.7 + 0.6 * streaks(5 * u, 1.5 * v)
    const shine = stripe(u, -0.62 * wide, 0.045) + 0.5 * stripe(u, 0.74 * wide, 0.025)
    const inside = smoothStep(-0.02, -0.08, distance)
    return Math.min(0.97, clear * streak + (0.9 - clear) * rim * rim + 0.6 * shine * inside)
  }
}

function stripe(u, middle, halfWidth) {
  return smoothStep(0, 1, 1 - Math.abs(u - middle) / halfWidth)
}
