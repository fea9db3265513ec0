/**
 * How much of a point of the picture a shape covers, where every edge is blurred by one kernel of a half-width in
 * pixels: half a pixel or a little more for a sharp edge, more for one out of focus. The kernel is 3/4 (1 − x²), so
 * that coverage is a cubic of the distance: exact for straight edges, and no sampling noise at any width.
 */

/** The half-width of a sharp edge: about what a lens and a sensor make of one. */
export const sharp = 0.75

/** The kernel's integral up to x. */
export function ramp(x) {
  if (x <= -1) return 0
  if (x >= 1) return 1
  return 0.5 + x * (0.75 - 0.25 * x * x)
}

/** Of a shape whose edge is `distance` pixels away, negative inside. */
export function areaCoverage(distance, halfWidth) {
  return ramp(-distance / halfWidth)
}

/** Of a bar whose middle is `distance` pixels away. */
export function barCoverage(distance, radius, halfWidth) {
  return ramp((radius - distance) / halfWidth) - ramp((-radius - distance) / halfWidth)
}

/** From 0 at `low` to 1 at `high`, smoothly. */
export function smoothStep(low, high, value) {
  return ramp((2 * (value - low)) / (high - low) - 1)
}
