/** Draws solid shapes into strips. */

import { areaCoverage, sharp } from './coverage.mjs'
import { toObject } from './pose.mjs'

/** Objects lie within this distance of their middle, blur included. */
const reach = 1.4

/** How much of a distance may be skipped: not all of them are exact, and blur may grow on the way. */
const trusted = 0.5

export function drawSolid(strip, { distance, paint, opacity, blur }, pose) {
  const { scale } = pose
  const rgb = [0, 0, 0]
  const left = Math.max(0, Math.floor(pose.x - reach * scale))
  const right = Math.min(strip.width, Math.ceil(pose.x + reach * scale))
  const stepU = pose.cos / (scale * scale)
  const stepV = -pose.sin / (scale * scale)
  for (let row = 0; row < strip.rows; row++) {
    const y = strip.top + row + 0.5
    if (Math.abs(y - pose.y) > reach * scale) continue
    const [fromU, fromV] = toObject(pose, 0.5, y)
    for (let x = left; x < right; x++) {
      const u = fromU + x * stepU
      const v = fromV + x * stepV
      const away = distance(u, v)
      const halfWidth = blur === undefined ? sharp : Math.max(sharp, blur(u) * scale)
      const gap = away * scale - halfWidth
      if (gap >= 0) {
        x += Math.floor(trusted * gap)
        continue
      }
      const whole = areaCoverage(away * scale, halfWidth)
      const coverage = opacity === undefined ? whole : whole * opacity(u, v, away)
      paint(u, v, away, rgb)
      strip.over(row * strip.width + x, coverage, rgb[0], rgb[1], rgb[2])
    }
  }
}
