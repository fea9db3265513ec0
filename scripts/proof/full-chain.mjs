/** PDFNet behind its depth network: the same random weights in every step. */

import { existsSync } from 'node:fs'
import { authorsWeights } from './authors.mjs'

/** What `buildModel` is told: with the authors' random weights, or where their code is not here, with a seed. */
export async function fullModel(options) {
  const { device, scale } = options
  const depth = scale === 'full' ? 'depth-anything-v2-large' : 'depth-anything-v2-small'
  const files = await authorsWeights(options)
  if (!files || !existsSync(files.pdfnet)) {
    return { device, model: 'pdfnet', randomWeights: 1, depth: { model: depth, randomWeights: 1 } }
  }
  return { device, model: 'pdfnet', weights: files.pdfnet, depth: { model: depth, weights: files.depth } }
}

/** Differences of alpha between half and single precision that are no fault, for untrained weights. */
export const tolerance = { mean: 0.01, largest: 0.5 }
