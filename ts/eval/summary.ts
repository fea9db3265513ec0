/** Sums up many pairs' measures as they come, in memory that does not grow but by their scores. */

import { mean, type Curves } from './measure-pair.js'
import { measureNames, type MeasureName, type Scores } from './measures.js'
import type { PairResult } from './evaluate.js'

export interface ScoredPair {
  readonly name: string
  readonly scores: Scores
  readonly truth: string
  readonly prediction: string
  readonly picture?: string | undefined
}

export interface SummaryFigures {
  readonly pairs: number
  /**
   * Means over the pairs. Maximal F and E are the highest points of the mean curves, as they are published: below the
   * mean of the pictures' own maxima.
   */
  readonly scores: Scores
  /** Means over the pairs, by threshold from 255 down to 0. */
  readonly curves?: Curves
}

export class Summary {
  readonly scored: ScoredPair[] = []
  private curves: Record<keyof Curves, number[]> | undefined

  add({ pair, prediction = '', scores, curves }: PairResult): void {
    if (!scores) return
    this.scored.push({ name: pair.name, scores, truth: pair.truth, prediction, picture: pair.picture })
    if (!curves) return
    const sums = (this.curves ??= { precision: [], recall: [], f: [], e: [] })
    for (const name of curveNames) sums[name] = curves[name].map((value, index) => value + (sums[name][index] ?? 0))
  }

  figures(): SummaryFigures {
    const { scored, curves } = this
    const pairs = scored.length
    const means: Partial<Record<MeasureName, number>> = {}
    for (const name of measureNames) {
      const values = scored.flatMap(({ scores }) => scores[name] ?? [])
      if (values.length > 0) means[name] = mean(values)
    }
    if (!curves) return { pairs, scores: means }
    const [precision, recall, f, e] = curveNames.map((name) => curves[name].map((sum) => sum / pairs))
    const highest = { maxF: Math.max(...f!), maxE: Math.max(...e!) }
    return {
      pairs,
      scores: { ...means, ...highest },
      curves: { precision: precision!, recall: recall!, f: f!, e: e! },
    }
  }
}

const curveNames = ['precision', 'recall', 'f', 'e'] as const
