/** Thin wires: a bicycle with spokes, cables and a basket's stays. */

import { arc, bezier, line } from '../curves.mjs'
import { anyColour, lit, shade } from '../paint.mjs'
import { cosTurn, sinTurn } from '../random.mjs'
import { capsule, circle, roundedBox } from '../shapes.mjs'

export const tilt = 0.04

export function layersOf(random) {
  const radius = random.between(0.42, 0.48)
  const [rear, front] = [
    { x: -0.58, y: 0.5 },
    { x: 0.58, y: 0.5 },
  ]
  const colour = anyColour(random, 0.85, random.between(0.5, 0.9))
  const rubber = [28, 28, 32]
  const steel = shade([190, 192, 198], random.between(0.6, 1.1))
  const thin = random.between(0.0007, 0.0016)
  const wheels = [rear, front].flatMap(({ x, y }) => [
    ...spokes(random, x, y, radius, thin, steel),
    { points: arc(x, y, radius, radius), radius: 0.032, colour: rubber },
    { points: arc(x, y, radius - 0.04, radius - 0.04), radius: 0.012, colour: steel },
  ])
  const [crank, seat, head] = [
    { x: -0.05, y: 0.48 },
    { x: -0.2, y: -0.22 },
    { x: 0.42, y: -0.25 },
  ]
  const tube = (a, b, thick = 0.028) => ({ points: line(a.x, a.y, b.x, b.y), radius: thick, colour })
  const frame = [
    tube(rear, crank, 0.018),
    tube(rear, seat, 0.018),
    tube(crank, seat),
    tube(crank, head),
    tube(seat, head),
    tube({ x: 0.38, y: -0.42 }, front, 0.024),
  ]
  const basket = (u, v) => roundedBox(u, v, 0.62, -0.42, 0.2, 0.17, 0.04)
  const hubs = (u, v) =>
    Math.min(
      circle(u, v, rear.x, rear.y, 0.055),
      circle(u, v, front.x, front.y, 0.05),
      circle(u, v, crank.x, crank.y, 0.11),
    )
  const saddle = (u, v) =>
    Math.min(capsule(u, v, -0.36, -0.4, -0.1, -0.38, 0.065, 0.03), capsule(u, v, -0.25, -0.36, -0.2, -0.2, 0.02))
  const bars = { points: bezier(0.36, -0.5, 0.3, -0.6, 0.2, -0.62, 0.12, -0.56), radius: 0.026, colour: rubber }
  const leather = shade([120, 72, 40], random.between(0.7, 1.3))
  return [
    { strokes: [...cables(random, thin), ...wheels] },
    solid(hubs, steel, random, { bevel: 0.04 }),
    { strokes: [...frame, bars] },
    solid(saddle, leather, random, { bevel: 0.06 }),
    solid(basket, leather, random, { bevel: 0.04, grain: 30, contrast: 0.6 }),
  ]
}

/** Crossed in pairs, as on a real wheel: each leaves the hub nearly along its rim. */
function spokes(random, x, y, radius, thin, colour) {
  const count = 2 * random.integer(10, 18)
  const [start, lean] = [random.next(), random.between(0.08, 0.2)]
  return Array.from({ length: count }, (_, index) => {
    const outer = start + index / count
    const inner = outer + (index % 2 === 0 ? lean : -lean)
    const from = [x + 0.05 * cosTurn(inner), y + 0.05 * sinTurn(inner)]
    const to = [x + (radius - 0.04) * cosTurn(outer), y + (radius - 0.04) * sinTurn(outer)]
    return { points: line(...from, ...to), radius: thin, colour: shade(colour, random.between(0.7, 1.2)) }
  })
}

/** Brake cables in free arcs, and an antenna with a flag's cord. */
function cables(random, thin) {
  const loose = (bx, by) =>
    bezier(0.14, -0.58, 0.3, -0.95 + random.between(-0.1, 0.1), 0.75, -0.9 + random.between(-0.1, 0.1), bx, by)
  const black = [20, 20, 22]
  const mast = { x: -0.62 + random.between(-0.05, 0.05), y: -0.95 }
  return [
    { points: loose(0.5, 0.1), radius: 2 * thin, colour: black },
    { points: loose(0.4, -0.2), radius: 2.5 * thin, colour: black },
    { points: bezier(-0.6, 0.45, -0.6, 0, mast.x, -0.5, mast.x, mast.y), radius: 1.5 * thin, colour: [200, 60, 40] },
    { points: bezier(mast.x, mast.y, -0.5, -0.6, -0.35, -0.6, -0.28, -0.42), radius: thin, colour: [230, 230, 220] },
  ]
}

function solid(distance, colour, random, look) {
  return { distance, paint: lit(colour, distance, { seed: random.integer(0, 1e9), ...look }) }
}
