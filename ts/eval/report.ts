/** Writes what was measured: report.json for programs, report.csv for tables, report.html for people. */

import { writeFiles } from '../report/index.js'
import { csvOf } from './csv.js'
import { leadingMeasure, measures, type EvaluationKind } from './measures.js'
import { pageOf } from './page.js'
import type { Problem } from './pairs.js'
import type { PublishedFigure } from './published.js'
import type { ScoredPair, SummaryFigures } from './summary.js'
import { showPair, type ShownPair } from './thumbnails.js'

export interface Report {
  /** What was measured: a model's name, or the folder of predictions. */
  readonly subject: string
  /** The data: a split's name, or the folder of truths. */
  readonly split: string
  readonly kind: EvaluationKind
  readonly figures: SummaryFigures
  readonly scored: readonly ScoredPair[]
  readonly problems: readonly Problem[]
  readonly published: readonly PublishedFigure[]
}

export interface WrittenReport {
  /** Absolute paths. */
  readonly json: string
  readonly csv: string
  readonly html: string
}

/** How many of the best, and of the worst, are shown. */
const shownPairs = 4

/** Rejects with ERR_OUTPUT_WRITE. */
export async function writeReport(report: Report, folder: string): Promise<WrittenReport> {
  const ordered = orderedPairs(report)
  const rest = Math.max(shownPairs, ordered.length - shownPairs)
  const [best, worst] = [await shown(ordered.slice(0, shownPairs)), await shown(ordered.slice(rest).reverse())]
  const { scored, problems, ...whole } = report
  const byName = [...scored].sort((a, b) => (a.name < b.name ? -1 : 1))
  const json = { ...whole, pairs: byName.map(({ name, scores }) => ({ name, ...scores })), problems }
  const files = await writeFiles(folder, {
    'report.json': `${JSON.stringify(json, undefined, 2)}\n`,
    'report.csv': csvOf(byName),
    'report.html': pageOf(report, best, worst),
  })
  return { json: files['report.json'], csv: files['report.csv'], html: files['report.html'] }
}

/** From best to worst. */
function orderedPairs({ scored, kind }: Report): readonly ScoredPair[] {
  const name = leadingMeasure[kind]
  const sign = measures[name].better === 'more' ? -1 : 1
  return [...scored].sort((a, b) => sign * ((a.scores[name] ?? 0) - (b.scores[name] ?? 0)))
}

function shown(pairs: readonly ScoredPair[]): Promise<ShownPair[]> {
  return Promise.all(pairs.map(showPair))
}
