/** Charts of measures: curves over a unit square, and how a measure is spread. */

import { chart, fromZero, toAxis, unit, type ChartPoint } from '../report/index.js'

/** @param points in 0…1 both ways */
export function curveChart(title: string, across: string, along: string, points: readonly ChartPoint[]): string {
  return chart(title, unit(across), unit(along), ({ x, y }) => {
    const line = points.map(([at, value]) => `${x(at)},${y(value)}`).join(' ')
    return `<polyline class="line first" points="${line}"/>`
  })
}

const bins = 10

/** A histogram of ten bars between the least and the largest value. */
export function spreadChart(title: string, values: readonly number[], digits: number): string {
  const least = Math.min(...values)
  const most = Math.max(...values)
  // Where all are equal they stand in the middle.
  const [from, to] = least === most ? [least - halfOf(least), least + halfOf(least)] : [least, most]
  const counts = Array.from({ length: bins }, () => 0)
  for (const value of values) counts[Math.min(bins - 1, Math.floor(((value - from) / (to - from)) * bins))]! += 1
  const across = toAxis(title, from, to, 5, Math.min(digits, 3))
  return chart(title, across, fromZero('pairs', Math.max(5, ...counts)), ({ x, y }) =>
    counts
      .map((count, index) => {
        const [left, right] = [x(from + (index / bins) * (to - from)), x(from + ((index + 1) / bins) * (to - from))]
        const size = `width="${(right - left - 2).toFixed(1)}" height="${(y(0) - y(count)).toFixed(1)}"`
        return `<rect class="bar first" x="${left + 1}" y="${y(count)}" ${size}/>`
      })
      .join(''),
  )
}

function halfOf(value: number): number {
  return Math.abs(value) / 10 || 0.1
}
