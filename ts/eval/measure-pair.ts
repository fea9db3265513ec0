/** Measures one prediction against its truth. */

import { badArgument, PdfnetError } from '../errors.js'
import { addon, type MaskMeasures } from '../native.js'
import type { GreyMap } from './map.js'
import type { EvaluationKind, Scores } from './measures.js'

/** By threshold, from 255 down to 0. */
export type Curves = Readonly<Record<'precision' | 'recall' | 'f' | 'e', readonly number[]>>

export interface Measured {
  readonly scores: Scores
  /** Of masks. */
  readonly curves?: Curves
}

/**
 * Rejects with ERR_ARGUMENT, ERR_PAIR_SIZE where sizes differ, ERR_TRUTH_EMPTY for a mask without an object, or ERR_MEMORY.
 * @param depth of the picture: adds what of depth integrity can be told
 */
export async function measurePair(
  prediction: GreyMap,
  truth: GreyMap,
  kind: EvaluationKind,
  depth?: GreyMap,
): Promise<Measured> {
  checkMap('prediction', prediction)
  checkMap('truth', truth)
  if (depth) checkMap('depth', depth)
  checkSizes(prediction, truth)
  if (depth) checkSizes(depth, truth)
  const { data, width, height } = truth
  const [measured, integrity] = await Promise.all([
    kind === 'masks'
      ? addon().measureMask(prediction.data, data, width, height)
      : addon().measureMatte(prediction.data, data, width, height),
    depth && addon().measureIntegrity(prediction.data, data, depth.data, width, height),
  ])
  const depthScores = integrity && {
    depthVarianceInside: integrity.varianceInside,
    depthVarianceOutside: integrity.varianceOutside,
    integrityLoss: integrity.loss,
  }
  if (!('f' in measured)) return { scores: { ...measured, ...depthScores } }
  if (measured.objectShare === 0) {
    throw new PdfnetError('ERR_TRUTH_EMPTY', `${truth.name} has no object: no sample is above 128`)
  }
  const { precision, recall, f, e } = measured
  return { scores: { ...maskScores(measured), ...depthScores }, curves: { precision, recall, f, e } }
}

function maskScores({ f, e, ...measured }: MaskMeasures): Scores {
  const { mae, structure, weightedF, boundaryIou, humanCorrectionEffort } = measured
  return {
    maxF: Math.max(...f),
    meanF: mean(f),
    weightedF,
    mae,
    structure,
    meanE: mean(e),
    maxE: Math.max(...e),
    humanCorrectionEffort,
    boundaryIou,
  }
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Of its bytes the addon looks whether they are as many as its sides say. */
function checkMap(name: string, map: GreyMap): void {
  if (((map as GreyMap | undefined)?.data as unknown) instanceof Uint8Array) return
  throw badArgument(name, 'a map of 8 bits: { name, data, width, height }', map)
}

function checkSizes(map: GreyMap, truth: GreyMap): void {
  if (map.width === truth.width && map.height === truth.height) return
  const sizes = `${map.width}×${map.height} and ${truth.width}×${truth.height}`
  throw new PdfnetError('ERR_PAIR_SIZE', `${map.name} and ${truth.name} differ in size: ${sizes}`)
}
