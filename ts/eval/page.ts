/** The page for people: one file of HTML that loads nothing and runs nothing. */

import { curveChart, spreadChart } from './charts.js'
import { leadingMeasure, measureNames, measures, type MeasureName } from './measures.js'
import type { Report } from './report.js'
import type { ShownPair } from './thumbnails.js'

const style = `
:root { color-scheme: light dark; --line: #1f6feb; --soft: #8884 }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2.2rem }
table { border-collapse: collapse } th, td { padding: .25rem .9rem .25rem 0; text-align: left; vertical-align: top }
td.number { text-align: right; font-variant-numeric: tabular-nums } tr { border-bottom: 1px solid var(--soft) }
.charts, .pairs { display: flex; flex-wrap: wrap; gap: 1rem } figure { margin: 0 } figcaption { font-size: .85rem }
.pair { margin-bottom: 1rem; width: 100% } .pair div { display: flex; gap: .5rem; flex-wrap: wrap }
img { max-width: 240px; border: 1px solid var(--soft) } .grid { stroke: var(--soft) } text { fill: currentColor }
.line { fill: none; stroke: var(--line); stroke-width: 2 } .bar { fill: var(--line) } .tick { font-size: 10px } .axis { font-size: 11px }`

export function pageOf(report: Report, best: readonly ShownPair[], worst: readonly ShownPair[]): string {
  const { subject, split, figures, problems } = report
  const title = escaped(`${subject} on ${split}`)
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<style>${style}</style></head>
<body>
<h1>${title}</h1>
<p>${figures.pairs} pairs measured, ${problems.length} problems.</p>
${scoreTable(report)}
${publishedTable(report)}
${curves(report)}
<h2>Spread over the pairs</h2>
<div class="charts">${spreads(report)}</div>
${gallery('Best', best, report)}
${gallery('Worst', worst, report)}
${problemTable(report)}
</body>
</html>
`
}

function scoreTable({ figures }: Report): string {
  const rows = present(figures.scores).map((name) => {
    const { title, better } = measures[name]
    const way = { more: 'higher is better', less: 'lower is better', neither: '' }[better]
    return `<tr><td>${title}</td><td class="number">${shown(name, figures.scores[name]!)}</td><td>${way}</td></tr>`
  })
  return `<h2>Means</h2><table>${rows.join('')}</table>`
}

function publishedTable({ figures, published }: Report): string {
  if (published.length === 0) return ''
  const rows = published.map(({ model, measure, split, value, source }) => {
    const ours = figures.scores[measure]
    const measured = ours === undefined ? '' : shown(measure, ours)
    const cells = [model, measures[measure].title, split, shown(measure, value), measured, source]
    return `<tr>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`
  })
  const heads = ['model', 'measure', 'split', 'published', 'measured here', 'source']
  return `<h2>Published</h2><table><tr>${heads.map((head) => `<th>${head}</th>`).join('')}</tr>${rows.join('')}</table>`
}

function curves({ figures }: Report): string {
  if (!figures.curves) return ''
  const { precision, recall, f, e } = figures.curves
  const byThreshold = (values: readonly number[]): [number, number][] =>
    values.map((value, index) => [(255 - index) / 255, Math.min(1, value)])
  const relation = recall.map((value, index) => [value, precision[index]!] as const)
  const charts = [
    curveChart('Precision and recall', 'recall', 'precision', relation),
    curveChart('F by threshold', 'threshold', 'F', byThreshold(f)),
    curveChart('E by threshold', 'threshold', 'E', byThreshold(e)),
  ]
  return `<h2>Curves</h2><div class="charts">${charts.join('')}</div>`
}

function spreads({ figures, scored }: Report): string {
  return present(figures.scores)
    .map((name) => {
      const values = scored.flatMap(({ scores }) => scores[name] ?? [])
      return `<figure>${spreadChart(measures[name].title, values, measures[name].digits)}</figure>`
    })
    .join('')
}

function gallery(title: string, pairs: readonly ShownPair[], { kind }: Report): string {
  if (pairs.length === 0) return ''
  const measure = leadingMeasure[kind]
  const items = pairs.map(({ pair, images }) => {
    const figures = images.map(
      ([caption, uri]) => `<figure><img alt="${caption}" src="${uri}"><figcaption>${caption}</figcaption></figure>`,
    )
    const score = `${measures[measure].title} ${shown(measure, pair.scores[measure] ?? 0)}`
    return `<div class="pair"><p>${escaped(pair.name)}: ${score}</p><div>${figures.join('')}</div></div>`
  })
  return `<h2>${title}</h2><div class="pairs">${items.join('')}</div>`
}

function problemTable({ problems }: Report): string {
  if (problems.length === 0) return ''
  const rows = problems.map(
    ({ name, error }) => `<tr><td>${escaped(name)}</td><td>${escaped(error.message)} (${error.code})</td></tr>`,
  )
  return `<h2>Problems</h2><table>${rows.join('')}</table>`
}

function present(scores: Report['figures']['scores']): readonly MeasureName[] {
  return measureNames.filter((name) => scores[name] !== undefined)
}

function shown(name: MeasureName, value: number): string {
  return value.toFixed(measures[name].digits)
}

function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  }
  return text.replace(/[&<>"']/g, (character) => entities[character]!)
}
