/** Figures that others published, each with its measure, split and source. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { MeasureName } from './measures.js'

export interface PublishedFigure {
  readonly model: string
  readonly measure: MeasureName
  /** Of DIS5K: DIS-VD, DIS-TE1 to DIS-TE4, or DIS-TE for those four together. */
  readonly split: string
  readonly value: number
  readonly source: string
}

/** Those of a split; of none, nothing. */
export function publishedFigures(split: string): readonly PublishedFigure[] {
  const file = createRequire(import.meta.url).resolve('#engines/published.json')
  const { figures } = JSON.parse(readFileSync(file, 'utf8')) as { figures: PublishedFigure[] }
  return figures.filter((figure) => figure.split === split)
}
