/** The size of the depth network's picture. */

import type { Size } from './chain-items.js'

/** Pixels of the shorter side, which the network was trained on. */
const shorter = 518
/** A side is a whole number of these patches. */
const patch = 14
/** Of a picture more elongated than this the longer side is capped, so that its memory is. */
const longest = 4 * shorter

/**
 * Keeps the aspect ratio as far as whole patches allow.
 * Source: Depth-Anything-V2, `Resize` of its transform.py with `lower_bound` and `ensure_multiple_of=14`.
 */
export function depthSize({ width, height }: Size): Size {
  const scale = shorter / Math.min(width, height)
  const side = (length: number): number =>
    Math.min(Math.max(roundHalfEven((length * scale) / patch) * patch, shorter), longest)
  return { width: side(width), height: side(height) }
}

/** As NumPy rounds. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value)
  return value - floor === 0.5 ? floor + (floor % 2) : Math.round(value)
}
