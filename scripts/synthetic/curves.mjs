/** Curves as polylines: flat lists x, y, x, y, … in the object's units. */

import { cosTurn, sinTurn } from './random.mjs'

export function line(ax, ay, bx, by) {
  return [ax, ay, bx, by]
}

/** An arc of an ellipse, from one angle to another in turns. */
export function arc(cx, cy, rx, ry, from = 0, to = 1, tilt = 0) {
  const steps = Math.max(4, Math.ceil(192 * Math.abs(to - from)))
  const [c, s] = [cosTurn(tilt), sinTurn(tilt)]
  return Array.from({ length: steps + 1 }, (_, step) => {
    const angle = from + ((to - from) * step) / steps
    const [x, y] = [rx * cosTurn(angle), ry * sinTurn(angle)]
    return [cx + c * x - s * y, cy + s * x + c * y]
  }).flat()
}

/** A cubic Bézier curve. */
export function bezier(ax, ay, bx, by, cx, cy, dx, dy, steps = 32) {
  return Array.from({ length: steps + 1 }, (_, step) => {
    const t = step / steps
    const u = 1 - t
    const [a, b, c, d] = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t]
    return [a * ax + b * bx + c * cx + d * dx, a * ay + b * by + c * cy + d * dy]
  }).flat()
}

/** A hair: from a root, in a direction of length 1, bent by `curl` turns a unit of length and drawn down by `weight`. */
export function hair(x, y, dx, dy, reach, curl, weight, steps = 12) {
  const points = [x, y]
  const step = reach / steps
  const [c, s] = [cosTurn(curl * step), sinTurn(curl * step)]
  for (let index = 0; index < steps; index++) {
    ;[dx, dy] = [c * dx - s * dy, s * dx + c * dy + weight * step]
    const norm = Math.sqrt(dx * dx + dy * dy)
    dx /= norm
    dy /= norm
    x += dx * step
    y += dy * step
    points.push(x, y)
  }
  return points
}
