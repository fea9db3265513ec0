/** Charts as inline SVG: a frame with two axes, and whatever is drawn within. */

import { escaped } from './page.js'

const width = 336
const height = 230
const margin = { left: 50, right: 18, top: 12, bottom: 40 }
const inner = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom }

export type ChartPoint = readonly [x: number, y: number]

export interface Axis {
  readonly title: string
  readonly from: number
  readonly to: number
  /** Where it is labelled, with what. */
  readonly ticks: readonly (readonly [at: number, label: string])[]
}

/** Where values lie in the chart, in pixels. */
export interface Place {
  readonly x: (value: number) => number
  readonly y: (value: number) => number
}

export function chart(title: string, across: Axis, along: Axis, draw: (place: Place) => string): string {
  const share = ({ from, to }: Axis, value: number): number => (value - from) / (to - from || 1)
  const x = (value: number): number => round(margin.left + share(across, value) * inner.width)
  const y = (value: number): number => round(margin.top + (1 - share(along, value)) * inner.height)
  const [left, right, top, bottom] = [x(across.from), x(across.to), y(along.to), y(along.from)]
  const middle = margin.top + inner.height / 2
  const verticals = across.ticks.map(
    ([at, label]) =>
      `<line class="grid" x1="${x(at)}" y1="${top}" x2="${x(at)}" y2="${bottom}"/>` +
      `<text class="tick" x="${x(at)}" y="${bottom + 14}" text-anchor="middle">${escaped(label)}</text>`,
  )
  const horizontals = along.ticks.map(
    ([at, label]) =>
      `<line class="grid" x1="${left}" y1="${y(at)}" x2="${right}" y2="${y(at)}"/>` +
      `<text class="tick" x="${left - 5}" y="${y(at) + 4}" text-anchor="end">${escaped(label)}</text>`,
  )
  return (
    `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">` +
    `${verticals.join('')}${horizontals.join('')}${draw({ x, y })}` +
    `<text class="axis" x="${(left + right) / 2}" y="${height - 6}" text-anchor="middle">${escaped(across.title)}</text>` +
    `<text class="axis" x="11" y="${middle}" text-anchor="middle" transform="rotate(-90 11 ${middle})">` +
    `${escaped(along.title)}</text></svg>`
  )
}

/** From 0 to 1. */
export function unit(title: string): Axis {
  return toAxis(title, 0, 1, 5, 1)
}

/** Ticks at so many equal parts. */
export function toAxis(title: string, from: number, to: number, parts: number, digits: number): Axis {
  const ticks = Array.from({ length: parts + 1 }, (_, index) => {
    const at = from + (index / parts) * (to - from)
    return [at, at.toFixed(digits)] as const
  })
  return { title, from, to, ticks }
}

/** From 0 to at least `most`, ticks at round numbers: 3 to 6 of them beside 0. */
export function fromZero(title: string, most: number): Axis {
  const rough = most > 0 ? most / 5 : 0.2
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999)!
  const parts = Math.max(1, Math.ceil(most / step - 1e-9))
  return toAxis(title, 0, parts * step, parts, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)))
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
