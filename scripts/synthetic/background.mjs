/** What is behind the object: made from the seed, or a photograph, with the object's soft shadow on it. */

import { smoothStep } from './coverage.mjs'
import { octaves } from './noise.mjs'
import { hash, Random } from './random.mjs'

const stream = 1

/** A function that writes the colour (0…255 each) at a place, in parts of the picture's side, into `out`. */
export function backgroundOf(seed) {
  const random = new Random(seed, stream)
  const [light, dark] = palette(random)
  const make = random.pick([plaster, planks, bokeh, foliage])
  const shade = make(random, seed)
  const floor = random.between(0.72, 0.85)
  return (x, y, out) => {
    let tone = shade(x, y)
    // A floor: darker, where the wall meets it, and lighter towards the front.
    if (y > floor) tone = 0.25 * tone + 0.15 + 0.9 * (y - floor)
    for (let channel = 0; channel < 3; channel++) {
      out[channel] = dark[channel] + (light[channel] - dark[channel]) * tone
    }
  }
}

/** Darkens a colour under the object, which stands at `pose`. */
export function castShadow(pose, px, py, out) {
  const dy = (py - pose.y - 0.98 * pose.scale) / (0.16 * pose.scale)
  if (dy * dy >= 1) return
  const dx = (px - pose.x) / (1.1 * pose.scale)
  const light = 1 - 0.45 * smoothStep(0, 1, 1 - dx * dx - dy * dy)
  for (let channel = 0; channel < 3; channel++) out[channel] *= light
}

function palette(random) {
  const [red, green, blue] = [random.between(0.75, 1), random.between(0.75, 1), random.between(0.75, 1)]
  const [high, low] = [random.between(185, 250), random.between(30, 110)]
  return [high, low].map((level) => [level * red, level * green, level * blue])
}

function plaster(random, seed) {
  const lamp = random.between(0.2, 0.8)
  const rough = octaves(seed, 6)
  return (x, y) => {
    const glow = 1 - Math.abs(x - lamp) - 0.3 * y
    return 0.25 + 0.5 * glow + 0.35 * (rough(40 * x, 40 * y) - 0.5)
  }
}

function planks(random, seed) {
  const count = random.integer(5, 11)
  const wood = octaves(seed, 5)
  return (x, y) => {
    const plank = Math.floor(x * count)
    const across = x * count - plank
    const gap = smoothStep(0, 0.03, Math.min(across, 1 - across))
    const grain = wood(x * count * 9, y * 4 + 31 * plank)
    return gap * (0.3 + (0.25 * hash(plank, stream, seed)) / 2 ** 32 + 0.4 * grain)
  }
}

function bokeh(random, seed) {
  const discs = Array.from({ length: 40 }, () => ({
    x: random.next(),
    y: random.between(0, 0.8),
    radius: random.between(0.02, 0.09),
    tone: random.between(0.1, 0.4),
  }))
  const haze = octaves(seed, 3)
  return (x, y) => {
    let tone = 0.15 + 0.35 * haze(3 * x, 3 * y)
    for (const disc of discs) {
      const dx = x - disc.x
      const dy = y - disc.y
      if (Math.abs(dx) > disc.radius || Math.abs(dy) > disc.radius) continue
      const distance = Math.sqrt(dx * dx + dy * dy)
      if (distance < disc.radius) tone += disc.tone * smoothStep(0, 0.15, 1 - distance / disc.radius)
    }
    return Math.min(tone, 1.05)
  }
}

function foliage(random, seed) {
  const depth = random.between(8, 18)
  const clumps = octaves(seed, 6)
  const leaves = octaves(seed + 7, 3)
  return (x, y) => {
    const clump = clumps(depth * x, depth * y)
    const leaf = leaves(5 * depth * x, 5 * depth * y + 1.5 * clump)
    return 0.75 * smoothStep(0.25, 0.75, 0.55 * clump + 0.45 * leaf) + 0.12 * (1 - y)
  }
}
