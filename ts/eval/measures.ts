/** Every measure: its name, how it reads, and which way is better. */

export interface MeasureInfo {
  readonly title: string
  readonly better: 'more' | 'less' | 'neither'
  readonly digits: number
}

/** In the order in which they are reported. */
export const measures = {
  maxF: { title: 'maximal F', better: 'more', digits: 4 },
  meanF: { title: 'mean F', better: 'more', digits: 4 },
  weightedF: { title: 'weighted F', better: 'more', digits: 4 },
  mae: { title: 'MAE', better: 'less', digits: 4 },
  structure: { title: 'S', better: 'more', digits: 4 },
  meanE: { title: 'mean E', better: 'more', digits: 4 },
  maxE: { title: 'maximal E', better: 'more', digits: 4 },
  humanCorrectionEffort: { title: 'HCE', better: 'less', digits: 1 },
  boundaryIou: { title: 'boundary IoU', better: 'more', digits: 4 },
  sad: { title: 'SAD', better: 'less', digits: 3 },
  mse: { title: 'MSE', better: 'less', digits: 5 },
  gradient: { title: 'gradient', better: 'less', digits: 3 },
  connectivity: { title: 'connectivity', better: 'less', digits: 3 },
  depthVarianceInside: { title: 'depth variance inside', better: 'neither', digits: 5 },
  depthVarianceOutside: { title: 'depth variance outside', better: 'neither', digits: 5 },
  integrityLoss: { title: 'integrity-prior loss', better: 'less', digits: 5 },
} as const satisfies Record<string, MeasureInfo>

export type MeasureName = keyof typeof measures
export const measureNames = Object.keys(measures) as readonly MeasureName[]
export type Scores = Readonly<Partial<Record<MeasureName, number>>>

/** What the truths are: masks of objects, which are measured as such, or alphas. */
export const evaluationKinds = ['masks', 'mattes'] as const
export type EvaluationKind = (typeof evaluationKinds)[number]

/** By which pictures are ordered from best to worst. */
export const leadingMeasure = { masks: 'weightedF', mattes: 'sad' } as const satisfies Record<
  EvaluationKind,
  MeasureName
>
