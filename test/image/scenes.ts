/** Scenes that are drawn from a foreground, a background and an alpha, all of them known. */

import type { Alpha, Depth } from '#dist/image/index.js'

export const kinds = ['soft', 'sharp', 'hair', 'mesh', 'glass'] as const
export type SceneKind = (typeof kinds)[number]

export interface Scene {
  readonly width: number
  readonly height: number
  /** What a camera sees. */
  readonly colours: Uint8Array | Uint16Array
  readonly alpha: Alpha
  /** 0 to 1. */
  readonly foreground: Float32Array
}

const side = 320

const drawn = new Map<string, Scene>()

/** The same for every run: colours are sums of waves, others for each kind. */
export function drawScene(kind: SceneKind, depth: Depth): Scene {
  const name = `${kind}, ${depth}`
  if (!drawn.has(name)) drawn.set(name, draw(kind, depth))
  return drawn.get(name)!
}

function draw(kind: SceneKind, depth: Depth): Scene {
  const random = seeded(kinds.indexOf(kind) + 1)
  const foreground = texture(random)
  const background = texture(random)
  const shares = alphaOf(kind, random)
  const max = depth === 'ushort' ? 65_535 : 255
  const kept = depth === 'ushort' ? Uint16Array : Uint8Array
  const colours = new kept(side * side * 3)
  for (let at = 0; at < colours.length; at++) {
    const share = shares[Math.floor(at / 3)]!
    colours[at] = Math.round(max * (share * foreground[at]! + (1 - share) * background[at]!))
  }
  const data = new kept(shares.length)
  for (let at = 0; at < data.length; at++) data[at] = Math.round(max * shares[at]!)
  return {
    width: side,
    height: side,
    colours,
    foreground,
    alpha: { data, width: side, height: side, channels: 1, depth },
  }
}

/** Mean |colour − foreground| where 0.02 < alpha < 0.98, of 1. */
export function errorIn({ alpha, foreground }: Scene, colours: Uint8Array | Uint16Array): number {
  const max = alpha.depth === 'ushort' ? 65_535 : 255
  let sum = 0
  let count = 0
  for (let at = 0; at < colours.length; at++) {
    const share = alpha.data[Math.floor(at / 3)]! / max
    if (share <= 0.02 || share >= 0.98) continue
    sum += Math.abs(colours[at]! / max - foreground[at]!)
    count++
  }
  return sum / count
}

function texture(random: () => number): Float32Array {
  const texture = new Float32Array(side * side * 3)
  for (let channel = 0; channel < 3; channel++) {
    const base = 0.25 + 0.5 * random()
    const waves = Array.from({ length: 6 }, () => {
      const [pace, turn] = [1 + 10 * random() ** 2, 2 * Math.PI * random()]
      return { x: pace * Math.cos(turn), y: pace * Math.sin(turn), phase: 2 * Math.PI * random() }
    })
    for (let pixel = 0; pixel < side * side; pixel++) {
      const [u, v] = [(pixel % side) / side, Math.floor(pixel / side) / side]
      const sum = waves.reduce((total, { x, y, phase }) => total + Math.sin(2 * Math.PI * (x * u + y * v) + phase), 0)
      texture[3 * pixel + channel] = within(base + 0.05 * sum)
    }
  }
  return texture
}

function alphaOf(kind: SceneKind, random: () => number): Float32Array {
  const alpha = new Float32Array(side * side)
  const radius = 0.3 * side
  for (let pixel = 0; pixel < alpha.length; pixel++) {
    const [x, y] = [pixel % side, Math.floor(pixel / side)]
    const inside = radius - Math.hypot(x - side / 2, y - side / 2)
    if (kind === 'soft') alpha[pixel] = within(inside / 12 + 0.5)
    else if (kind === 'mesh') alpha[pixel] = inside > 0 ? wire(x, y) : 0
    else if (kind === 'glass') alpha[pixel] = within(inside + 0.5) * (1 - 0.6 * within((inside - 10) / 3))
    else alpha[pixel] = within(inside + 0.5)
  }
  if (kind === 'hair') for (let hair = 0; hair < 150; hair++) drawHair(alpha, radius, random)
  return alpha
}

function wire(x: number, y: number): number {
  const [along, across] = [0.96 * x + 0.28 * y, 0.96 * y - 0.28 * x + 1600]
  const near = Math.min(Math.abs((along % 16) - 8), Math.abs((across % 16) - 8))
  return within(1.7 - near)
}

function drawHair(alpha: Float32Array, radius: number, random: () => number): void {
  let angle = 2 * Math.PI * random()
  let x = side / 2 + (radius - 3) * Math.cos(angle)
  let y = side / 2 + (radius - 3) * Math.sin(angle)
  const curl = 0.02 * (random() - 0.5)
  const width = 0.5 + random()
  angle += random() - 0.5
  for (let step = 0; step < 120; step++, angle += curl, x += 0.5 * Math.cos(angle), y += 0.5 * Math.sin(angle)) {
    for (let row = Math.floor(y) - 2; row <= y + 3; row++) {
      for (let column = Math.floor(x) - 2; column <= x + 3; column++) {
        if (row < 0 || column < 0 || row >= side || column >= side) continue
        const at = row * side + column
        alpha[at] = Math.max(alpha[at]!, 0.95 * within(width + 0.5 - Math.hypot(row - y, column - x)))
      }
    }
  }
}

function within(value: number): number {
  return Math.min(1, Math.max(0, value))
}

function seeded(seed: number): () => number {
  let state = seed * 2_654_435_769
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
