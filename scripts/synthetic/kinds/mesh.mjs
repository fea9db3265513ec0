/** Meshes: a racket whose strings cross straight or aslant, and its ball. */

import { arc, line } from '../curves.mjs'
import { anyColour, lit, shade } from '../paint.mjs'
import { cosTurn, sinTurn } from '../random.mjs'
import { capsule, circle } from '../shapes.mjs'

export const tilt = 0.1

const head = { x: 0, y: -0.38, rx: 0.48, ry: 0.6 }

export function layersOf(random) {
  const colour = anyColour(random, 0.8, random.between(0.45, 0.95))
  const string = shade([235, 232, 215], random.between(0.55, 1.05))
  const slant = random.pick([0, 0, 0.125, random.between(0.03, 0.1)])
  const gap = random.between(0.035, 0.07)
  const thin = random.between(0.0009, 0.0024)
  const strings = [slant, slant + 0.25].flatMap((turn) =>
    chords(turn, gap * random.between(0.85, 1.15)).map((points) => ({
      points,
      radius: thin,
      colour: shade(string, random.between(0.9, 1.08)),
    })),
  )
  const rim = { points: arc(head.x, head.y, head.rx, head.ry), radius: random.between(0.035, 0.05), colour }
  const throat = [-1, 1].map((side) => ({
    points: line(side * 0.22, 0.14, side * 0.03, 0.48),
    radius: 0.03,
    colour: shade(colour, 0.85),
  }))
  const handle = (u, v) => capsule(u, v, 0, 0.5, 0, 0.98, 0.06, 0.075)
  const at = { x: random.sign() * 0.55, y: random.between(0.5, 0.75), radius: random.between(0.16, 0.24) }
  const ball = (u, v) => circle(u, v, at.x, at.y, at.radius)
  const grip = shade([60, 56, 66], random.between(0.7, 1.8))
  const felt = anyColour(random, 0.7, 0.9)
  return [
    { strokes: strings },
    { strokes: [...throat, rim] },
    {
      distance: handle,
      paint: lit(grip, handle, { bevel: 0.07, seed: random.integer(0, 1e9), grain: 25, contrast: 0.5 }),
    },
    {
      distance: ball,
      paint: lit(felt, ball, {
        bevel: at.radius,
        shine: 0.05,
        seed: random.integer(0, 1e9),
        grain: 60,
        contrast: 0.4,
      }),
    },
  ]
}

/** Parallel chords of the head, a gap apart. */
function chords(turn, gap) {
  const [c, s] = [cosTurn(turn), sinTurn(turn)]
  // Along a normal (−s, c) the ellipse reaches this far.
  const reach = Math.sqrt(s * s * head.rx * head.rx + c * c * head.ry * head.ry)
  const count = Math.floor((2 * reach) / gap)
  return Array.from({ length: count }, (_, index) => {
    const offset = (index - (count - 1) / 2) * gap
    const middle = -(offset / (reach * reach)) * c * s * (head.rx * head.rx - head.ry * head.ry)
    const half = ((head.rx * head.ry) / (reach * reach)) * Math.sqrt(Math.max(0, reach * reach - offset * offset))
    const at = (along) => [head.x - s * offset + c * along, head.y + c * offset + s * along]
    return line(...at(middle - half), ...at(middle + half))
  })
}
