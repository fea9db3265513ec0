/** Draws strokes into strips: polylines whose width may taper, round like tubes. */

import { barCoverage, sharp } from './coverage.mjs'
import { toPixels } from './pose.mjs'

/** Segments are no longer than this, so that little of what surrounds a slanting one is looked at. */
const longest = 40

/** A stroke in pixels: its segments, as x, y, radius at each point, its colour, and the rows that it touches. */
export function placeStroke({ points, radius, tipRadius = radius, blur = 0, colour }, pose) {
  const placed = []
  const halfWidth = Math.max(sharp, blur * pose.scale)
  const margin = Math.max(radius, tipRadius) * pose.scale + halfWidth
  let [top, bottom] = [Infinity, -Infinity]
  const last = points.length / 2 - 1
  for (let index = 0; index <= last; index++) {
    const [x, y] = toPixels(pose, points[2 * index], points[2 * index + 1])
    const thick = pose.scale * (radius + ((tipRadius - radius) * index) / last)
    if (index > 0) extend(placed, x, y, thick)
    else placed.push(x, y, thick)
    top = Math.min(top, y - margin)
    bottom = Math.max(bottom, y + margin)
  }
  return { placed, halfWidth, colour, top, bottom }
}

function extend(placed, x, y, thick) {
  const [fromX, fromY, fromThick] = placed.slice(-3)
  const [dx, dy] = [x - fromX, y - fromY]
  const pieces = Math.max(1, Math.ceil(Math.sqrt(dx * dx + dy * dy) / longest))
  for (let piece = 1; piece <= pieces; piece++) {
    const part = piece / pieces
    placed.push(fromX + part * dx, fromY + part * dy, fromThick + part * (thick - fromThick))
  }
}

/** What one stroke covers of a strip, before it is put over the rest: its own segments do not cover one another. */
export class StrokeBrush {
  constructor(width, rows) {
    this.width = width
    this.coverage = new Float32Array(width * rows)
    this.light = new Float32Array(width * rows)
    this.from = new Int32Array(rows)
    this.to = new Int32Array(rows)
  }

  draw(strip, { placed, halfWidth, colour, top, bottom }) {
    if (bottom <= strip.top || top >= strip.top + strip.rows) return
    this.from.fill(this.width)
    this.to.fill(0)
    for (let at = 0; at + 3 < placed.length; at += 3) this.#segment(strip, placed, at, halfWidth)
    for (let row = 0; row < strip.rows; row++) {
      for (let x = this.from[row]; x < this.to[row]; x++) {
        const index = row * this.width + x
        const coverage = this.coverage[index]
        if (coverage === 0) continue
        const light = this.light[index]
        strip.over(index, coverage, colour[0] * light, colour[1] * light, colour[2] * light)
        this.coverage[index] = 0
      }
    }
  }

  #segment(strip, placed, at, halfWidth) {
    const [ax, ay, thickA] = [placed[at], placed[at + 1], placed[at + 2]]
    const [dx, dy, widening] = [placed[at + 3] - ax, placed[at + 4] - ay, placed[at + 5] - thickA]
    const margin = Math.max(thickA, thickA + widening) + halfWidth
    const left = Math.max(0, Math.floor(Math.min(ax, ax + dx) - margin))
    const right = Math.min(this.width, Math.ceil(Math.max(ax, ax + dx) + margin))
    const first = Math.max(0, Math.floor(Math.min(ay, ay + dy) - margin) - strip.top)
    const last = Math.min(strip.rows, Math.ceil(Math.max(ay, ay + dy) + margin) - strip.top)
    const squared = Math.max(dx * dx + dy * dy, 1e-12)
    const across = 1 / Math.sqrt(squared)
    for (let row = first; row < last; row++) {
      const py = strip.top + row + 0.5 - ay
      this.from[row] = Math.min(this.from[row], left)
      this.to[row] = Math.max(this.to[row], right)
      for (let x = left; x < right; x++) {
        const px = x + 0.5 - ax
        const along = Math.min(1, Math.max(0, (px * dx + py * dy) / squared))
        const [ex, ey] = [px - along * dx, py - along * dy]
        const distance = Math.sqrt(ex * ex + ey * ey)
        const radius = thickA + along * widening
        if (distance >= radius + halfWidth) continue
        const coverage = barCoverage(distance, radius, halfWidth)
        const index = row * this.width + x
        if (coverage <= this.coverage[index]) continue
        this.coverage[index] = coverage
        // Lit from above: dark below the middle line, bright above it; only tubes wide enough to show it.
        const side = (dx < 0 ? -1 : 1) * ((px * dy - py * dx) * across) || 0
        this.light[index] = 0.9 + (0.4 * Math.max(-1, Math.min(1, side / (radius + halfWidth))) * radius) / (radius + 2)
      }
    }
  }
}
