/** Where the object is in each frame: a similarity between its units and the picture's pixels. */

import { cosTurn, Random, sinTurn } from './random.mjs'

const stream = 2

/**
 * The pose of one frame. Frame 0 is the still picture; after that the object sways, turns and comes nearer and goes, a
 * few pixels a frame at the largest sizes, and never leaves the picture.
 */
export function poseOf({ seed, size, frame }, tilt) {
  const random = new Random(seed, stream)
  const still = {
    x: 0.5 + random.between(-0.04, 0.04),
    y: 0.5 + random.between(-0.03, 0.03),
    turn: random.between(-tilt, tilt),
    scale: random.between(0.35, 0.4),
  }
  const sway = (amplitude) => random.sign() * amplitude * sinTurn(frame / random.between(48, 96))
  const turn = still.turn + sway(0.02)
  const scale = size * still.scale * (1 + sway(0.05))
  return {
    x: size * (still.x + sway(0.05)),
    y: size * (still.y + sway(0.03)),
    scale,
    cos: scale * cosTurn(turn),
    sin: scale * sinTurn(turn),
  }
}

export function toPixels({ x, y, cos, sin }, u, v) {
  return [x + cos * u - sin * v, y + sin * u + cos * v]
}

export function toObject({ x, y, scale, cos, sin }, px, py) {
  const [dx, dy] = [(px - x) / (scale * scale), (py - y) / (scale * scale)]
  return [cos * dx + sin * dy, cos * dy - sin * dx]
}
