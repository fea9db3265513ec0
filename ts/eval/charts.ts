/** Charts as inline SVG: curves over a unit square, and how a measure is spread. */

const width = 360
const height = 260
const margin = { left: 44, right: 24, top: 12, bottom: 40 }
const inner = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom }

export type ChartPoint = readonly [x: number, y: number]

/** @param points in 0…1 both ways */
export function curveChart(title: string, across: string, along: string, points: readonly ChartPoint[]): string {
  const line = points.map(([x, y]) => `${left(x)},${top(y)}`).join(' ')
  const lines = ticks.map((tick) => grid(tick, tick.toFixed(1), tick.toFixed(1))).join('')
  return chart(title, across, along, `${lines}<polyline class="line" points="${line}"/>`)
}

/** A histogram of ten bars between the least and the largest value. */
export function spreadChart(title: string, values: readonly number[], digits: number): string {
  const least = Math.min(...values)
  const most = Math.max(...values)
  const range = most - least || 1
  const bars = Array.from({ length: 10 }, () => 0)
  for (const value of values) bars[Math.min(9, Math.floor(((value - least) / range) * 10))]! += 1
  const highest = Math.max(...bars)
  const drawn = bars
    .map((count, index) => {
      const tall = (count / highest) * inner.height
      const place = `x="${left(index / 10 + 0.005)}" y="${round(margin.top + inner.height - tall)}"`
      return `<rect class="bar" ${place} width="${round(inner.width * 0.09)}" height="${round(tall)}"/>`
    })
    .join('')
  const lines = ticks.map((tick) =>
    grid(
      tick,
      (least + tick * range).toFixed(Math.min(digits, 3)),
      tick === 0 || tick === 1 ? String(tick * highest) : '',
    ),
  )
  return chart(title, title, 'pairs', lines.join('') + drawn)
}

const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1]

function grid(at: number, across: string, along: string): string {
  return (
    `<line class="grid" x1="${left(at)}" y1="${top(0)}" x2="${left(at)}" y2="${top(1)}"/>` +
    `<line class="grid" x1="${left(0)}" y1="${top(at)}" x2="${left(1)}" y2="${top(at)}"/>` +
    `<text class="tick" x="${left(at)}" y="${top(0) + 14}" text-anchor="middle">${across}</text>` +
    `<text class="tick" x="${left(0) - 5}" y="${top(at) + 4}" text-anchor="end">${along}</text>`
  )
}

function chart(title: string, across: string, along: string, content: string): string {
  const middle = margin.top + inner.height / 2
  return (
    `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${title}">` +
    `${content}<text class="axis" x="${left(0.5)}" y="${height - 6}" text-anchor="middle">${across}</text>` +
    `<text class="axis" x="10" y="${middle}" text-anchor="middle" transform="rotate(-90 10 ${middle})">${along}</text></svg>`
  )
}

function left(x: number): number {
  return round(margin.left + x * inner.width)
}

function top(y: number): number {
  return round(margin.top + (1 - y) * inner.height)
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
