/** The page for people: what was measured where, the figures side by side, and charts of them. */

import { chart, counted, escaped, fromZero, page, toAxis, type Axis, type ChartPoint } from '../report/index.js'
import { describeConfiguration } from './describe.js'
import type { BenchReport, MeasuredConfiguration } from './report.js'

const names = ['A', 'B']
const colours = ['first', 'second']

export function benchPage(report: BenchReport): string {
  const { machine, picture, warmup, rounds, measured, ratio } = report
  const { processor, cores, memoryBytes, loadAverage, node, version, date } = machine
  const memory = Math.round(memoryBytes / 2 ** 30)
  const keys = measured.map((one, index) => {
    return `<p><strong class="key ${colours[index]!}">${nameOf(index, measured)}</strong> ${escaped(describeConfiguration(one))}</p>`
  })
  const compared =
    ratio &&
    `<p>B gives ${ratio.median.toFixed(2)} times A's pictures (${shown(ratio.least)}–${shown(ratio.most)}).</p>`
  const body = `<p>pdfnet-trt ${escaped(version)}, Node ${escaped(node)}; ${escaped(processor)}, ${cores} cores, ${memory} GiB, load
${loadAverage.toFixed(1)}; ${escaped(date.slice(0, 16).replace('T', ' '))} UTC.</p>
<p>The picture: ${escaped(picture)}. ${counted(rounds, 'round')}${measured.length > 1 ? ' by turns' : ''}, ${counted(warmup, 'picture')} before them.</p>
${keys.join('\n')}
${compared ?? ''}
<h2>Figures</h2>
${figureTable(measured)}
<h2>Charts</h2>
<div class="charts"><figure>${throughputChart(measured)}</figure><figure>${latencyChart(measured)}</figure></div>
<h2>Stages</h2>
${stageTable(measured)}`
  const models = new Set(measured.map(({ configuration }) => configuration.model))
  return page(
    `Bench of ${[...models].join(' against ')}`,
    body,
    ' p { margin: .4rem 0 } td svg { display: block; margin-top: .2rem }',
  )
}

function nameOf(index: number, { length }: readonly unknown[]): string {
  return length > 1 ? `${names[index]!}:` : ''
}

function figureTable(measured: readonly MeasuredConfiguration[]): string {
  const megabytes = (bytes: number | undefined): string => (bytes === undefined ? '' : `${Math.round(bytes / 1e6)}`)
  const rows: [string, (one: MeasuredConfiguration) => string][] = [
    [
      'pictures/s, median of the rounds (least–most)',
      ({ throughput: { median, least, most } }) => `${shown(median)} (${shown(least)}–${shown(most)})`,
    ],
    ['latency: p50, ms', ({ latency }) => shown(latency.p50)],
    ['latency: p90, ms', ({ latency }) => shown(latency.p90)],
    ['latency: p99, ms', ({ latency }) => shown(latency.p99)],
    ['pictures measured', ({ pictures }) => `${pictures}`],
    ['pictures together in the engines, mean', ({ batch }) => batch.toFixed(2)],
    ['peak memory of the process, MB', ({ peakRssBytes }) => megabytes(peakRssBytes)],
    ["of the GPU's memory, by estimate, MB", ({ gpuBytes }) => megabytes(gpuBytes)],
    ['opening, s', ({ openingSeconds }) => openingSeconds.toFixed(2)],
  ]
  const lines = rows
    .map(([title, figure]) => [title, ...measured.map(figure)])
    .filter(([, ...figures]) => figures.some((figure) => figure !== ''))
  return table(['', ...heads(measured)], lines)
}

function stageTable(measured: readonly MeasuredConfiguration[]): string {
  // What takes no time on any device here, as copies on the CPU device, is left out.
  const taken = measured.flatMap(({ stages }) => Object.entries(stages).filter(([, { p99 }]) => p99 > 0))
  const stages = [...new Set(taken.map(([stage]) => stage))]
  const most = Math.max(...taken.map(([, { p50 }]) => p50))
  const lines = stages.map((stage) => {
    const shares = measured.map(({ stages }) => (stages[stage]?.p50 ?? 0) / most)
    return `<tr><td>${stage}</td>${measured.map((one) => stageCells(one, stage)).join('')}<td>${bars(shares)}</td></tr>`
  })
  const head = measured.flatMap((_, index) => {
    return ['p50, ms', 'p99, ms'].map((title) => `<th class="number">${nameOf(index, measured)} ${title}</th>`)
  })
  return `<table><tr><th></th>${head.join('')}<th></th></tr>${lines.join('')}</table>`
}

function stageCells({ stages }: MeasuredConfiguration, stage: string): string {
  const times = stages[stage]
  return [times?.p50, times?.p99]
    .map((time) => `<td class="number">${time === undefined ? '' : shown(time)}</td>`)
    .join('')
}

/** One above the other. */
function bars(shares: readonly number[]): string {
  const height = 9
  const drawn = shares.map((share, index) => {
    const place = `y="${index * height + 1}" width="${(share * 200).toFixed(1)}" height="${height - 2}"`
    return `<rect class="bar ${colours[index]!}" ${place}/>`
  })
  return `<svg width="200" height="${shares.length * height}" role="presentation">${drawn.join('')}</svg>`
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const cells = (tag: string, line: readonly string[]): string =>
    line.map((text, at) => `<${tag}${at > 0 ? ' class="number"' : ''}>${escaped(text)}</${tag}>`).join('')
  const rows = lines.map((line) => `<tr>${cells('td', line)}</tr>`)
  return `<table><tr>${cells('th', head)}</tr>${rows.join('')}</table>`
}

function heads(measured: readonly unknown[]): readonly string[] {
  return measured.length > 1 ? names : ['']
}

function throughputChart(measured: readonly MeasuredConfiguration[]): string {
  const series = measured.map(({ throughput }) => throughput.rounds.map((rate, index): ChartPoint => [index + 1, rate]))
  const across = roundAxis(series[0]!.length)
  const most = Math.max(...series.flat().map(([, rate]) => rate))
  return chart('Throughput by round', across, fromZero('pictures/s', most), ({ x, y }) =>
    series
      .map((points, index) => {
        const dots = points.map(
          ([at, rate]) => `<circle class="dot ${colours[index]!}" cx="${x(at)}" cy="${y(rate)}" r="3"/>`,
        )
        return (
          polyline(
            points.map(([at, rate]) => [x(at), y(rate)]),
            index,
          ) + dots.join('')
        )
      })
      .join(''),
  )
}

/** At most nine of them are labelled. */
function roundAxis(rounds: number): Axis {
  const step = Math.ceil(rounds / 9)
  const ticks = Array.from({ length: Math.ceil(rounds / step) }, (_, index) => 1 + index * step)
  return { title: 'round', from: 1, to: Math.max(2, rounds), ticks: ticks.map((at) => [at, `${at}`] as const) }
}

function latencyChart(measured: readonly MeasuredConfiguration[]): string {
  const series = measured.map(({ latency }) => latency.percentiles.map((time, percent): ChartPoint => [percent, time]))
  const most = Math.max(...series.flat().map(([, time]) => time))
  const across = toAxis('% of pictures that took no longer', 0, 100, 5, 0)
  return chart('Latency by share of pictures', across, fromZero('ms from call to matte', most), ({ x, y }) =>
    series
      .map((points, index) =>
        polyline(
          points.map(([at, time]) => [x(at), y(time)]),
          index,
        ),
      )
      .join(''),
  )
}

function polyline(points: readonly ChartPoint[], index: number): string {
  return `<polyline class="line ${colours[index]!}" points="${points.map((point) => point.join(',')).join(' ')}"/>`
}

/** Three digits that count. */
function shown(value: number): string {
  if (value === 0) return '0'
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))))
  return value.toFixed(Math.min(3, digits))
}
