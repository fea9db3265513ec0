/** The page for people: scores, curves, spreads, and the best and worst pairs. */

import { counted, escaped, page } from '../report/index.js'
import { curveChart, spreadChart } from './charts.js'
import { leadingMeasure, measureNames, measures, type MeasureName } from './measures.js'
import type { Report } from './report.js'
import type { ShownPair } from './thumbnails.js'

const style = `
.pairs { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem } .pair p { margin: .3rem 0; font-size: .9rem }
.pair div { display: flex; gap: .4rem } img { max-width: 160px; border: 1px solid var(--soft) }`

export function pageOf(report: Report, best: readonly ShownPair[], worst: readonly ShownPair[]): string {
  const { subject, split, figures, problems } = report
  const body = `<p>${counted(figures.pairs, 'pair')} measured, ${counted(problems.length, 'problem')}.</p>
${scoreTable(report)}
${publishedTable(report)}
${curves(report)}
<h2>Spread over the pairs</h2>
<div class="charts">${spreads(report)}</div>
${gallery('Best', best, report)}
${gallery('Worst', worst, report)}
${problemTable(report)}`
  return page(`${subject} on ${split}`, body, style)
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
    return `<tr>${cells.map((cell, at) => `<td${numberAt(at)}>${escaped(cell)}</td>`).join('')}</tr>`
  })
  const heads = ['model', 'measure', 'split', 'published', 'measured here', 'source']
  const head = heads.map((text, at) => `<th${numberAt(at)}>${text}</th>`).join('')
  return `<h2>Published</h2><table><tr>${head}</tr>${rows.join('')}</table>`
}

/** The columns `published` and `measured here`. */
function numberAt(column: number): string {
  return column === 3 || column === 4 ? ' class="number"' : ''
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
