/** Signed distances, negative inside, to simple shapes and their unions. */

export function circle(x, y, cx, cy, radius) {
  return length(x - cx, y - cy) - radius
}

export function roundedBox(x, y, cx, cy, halfWidth, halfHeight, corner) {
  const dx = Math.abs(x - cx) - halfWidth + corner
  const dy = Math.abs(y - cy) - halfHeight + corner
  return length(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - corner
}

/** A bar with round ends, of one radius at each. */
export function capsule(x, y, ax, ay, bx, by, radiusA, radiusB = radiusA) {
  const dx = bx - ax
  const dy = by - ay
  const along = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)))
  return length(x - ax - along * dx, y - ay - along * dy) - radiusA - (radiusB - radiusA) * along
}

/** Nearly a distance, as long as the ellipse is not far from a circle. */
export function ellipse(x, y, cx, cy, rx, ry) {
  const u = (x - cx) / rx
  const v = (y - cy) / ry
  const k = length(u, v)
  if (k === 0) return -Math.min(rx, ry)
  return (k * (k - 1)) / length(u / rx, v / ry)
}

/** The union of two, its inner corner filled over a length of `fillet`. */
export function blend(a, b, fillet) {
  const over = Math.max(0, 1 - Math.abs(a - b) / fillet)
  return Math.min(a, b) - (over * over * fillet) / 4
}

export function length(x, y) {
  return Math.sqrt(x * x + y * y)
}
