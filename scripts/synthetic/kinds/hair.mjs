/** Hair-like curves: a furry animal that sits, with whiskers. */

import { hair } from '../curves.mjs'
import { lit, shade } from '../paint.mjs'
import { blend, circle, ellipse } from '../shapes.mjs'

export const tilt = 0.03

const furs = [
  [196, 120, 54],
  [120, 84, 58],
  [205, 190, 168],
  [170, 88, 50],
  [60, 46, 40],
  [225, 215, 205],
]

export function layersOf(random) {
  const fur = shade(random.pick(furs), random.between(0.85, 1.1))
  const lean = random.between(-0.12, 0.12)
  const body = (u, v) => {
    const ears = Math.min(circle(u, v, lean - 0.26, -0.74, 0.13), circle(u, v, lean + 0.26, -0.74, 0.13))
    const head = blend(circle(u, v, lean, -0.42, 0.38), ears, 0.1)
    return blend(head, ellipse(u, v, 0, 0.42, 0.5, 0.6), 0.2)
  }
  const eyes = (u, v) => Math.min(circle(u, v, lean - 0.15, -0.48, 0.055), circle(u, v, lean + 0.15, -0.48, 0.055))
  const nose = (u, v) => ellipse(u, v, lean, -0.32, 0.07, 0.05)
  const look = { bevel: 0.35, shine: 0.05, seed: random.integer(0, 1e9), grain: 26, contrast: 0.5 }
  const dark = { bevel: 0.06, shine: 0.9, seed: 1, contrast: 0 }
  return [
    { distance: body, paint: lit(fur, body, look) },
    { strokes: coat(random, body, fur) },
    { distance: eyes, paint: lit([24, 18, 14], eyes, dark) },
    { distance: nose, paint: lit([50, 34, 34], nose, dark) },
    { strokes: whiskers(random, lean) },
  ]
}

/** Hairs that grow near the outline, outwards and down; the longest lie over the background. */
function coat(random, body, fur) {
  const strokes = []
  const reach = random.between(0.08, 0.22)
  const thin = random.between(0.0007, 0.0014)
  const curl = random.between(-0.6, 0.6)
  while (strokes.length < 4500) {
    const [x, y] = [random.between(-0.75, 0.75), random.between(-1, 1.1)]
    const distance = body(x, y)
    if (distance > -0.01 || distance < -0.16) continue
    const [gx, gy] = [body(x + 0.002, y) - distance, body(x, y + 0.002) - distance]
    const norm = Math.max(Math.sqrt(gx * gx + gy * gy), 1e-9)
    const [dx, dy] = [gx / norm + random.between(-0.45, 0.45), gy / norm + random.between(-0.25, 0.65)]
    const size = Math.max(Math.sqrt(dx * dx + dy * dy), 1e-9)
    const long = reach * random.between(0.35, 1.2)
    strokes.push({
      points: hair(x, y, dx / size, dy / size, long, curl + random.between(-0.8, 0.8), 1.5),
      radius: thin * random.between(0.7, 1.4),
      tipRadius: 0.0002,
      colour: shade(fur, random.between(0.65, 1.25)),
    })
  }
  return strokes
}

function whiskers(random, lean) {
  return Array.from({ length: 10 }, (_, index) => {
    const side = index % 2 === 0 ? -1 : 1
    const drop = random.between(-0.25, 0.35)
    const norm = Math.sqrt(1 + drop * drop)
    const y = -0.29 + random.between(-0.03, 0.05)
    return {
      points: hair(lean + side * 0.09, y, side / norm, drop / norm, random.between(0.35, 0.55), side * 0.1, 0.4, 24),
      radius: 0.0016,
      tipRadius: 0.0004,
      colour: [238, 236, 230],
    }
  })
}
