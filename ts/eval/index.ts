/** Predictions against truths: pairs found by name, measured, summed up, and reported as JSON, CSV and a page. */

export { evaluate, type EvaluateOptions, type PairResult } from './evaluate.js'
export {
  evaluationKinds,
  measureNames,
  measures,
  type EvaluationKind,
  type MeasureName,
  type Scores,
} from './measures.js'
export { readMap, type GreyMap } from './map.js'
export { measurePair, type Measured } from './measure-pair.js'
export { findPairs, type FoundPairs, type Pair, type PairFolders, type Problem } from './pairs.js'
export { readyPredictions, savedMattes, type Predict, type Prediction } from './predict.js'
export { publishedFigures, type PublishedFigure } from './published.js'
export { Summary, type SummaryFigures } from './summary.js'
export { writeReport, type Report } from './report.js'
