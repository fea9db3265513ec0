/** Where predictions come from: files that are ready, or a model that is run now. */

import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PdfnetError } from '../errors.js'
import { writePicture } from '../image/index.js'
import type { MatteOptions, Matting } from '../matting/index.js'
import { mapOfAlpha, readMap, type GreyMap } from './map.js'
import type { Pair } from './pairs.js'

export interface Prediction {
  readonly map: GreyMap
  /** The file that holds it. */
  readonly path: string
}

export type Predict = (pair: Pair, signal: AbortSignal | undefined) => Promise<Prediction>

/** Reads the pair's own prediction. */
export const readyPredictions: Predict = async ({ name, prediction }, signal) => {
  if (prediction === undefined) throw new PdfnetError('ERR_PAIR_MISSING', `${name} has no prediction`)
  return { map: await readMap(prediction, { signal }), path: prediction }
}

/** Mattes the pair's picture, and keeps the alpha below a folder. */
export function savedMattes(matting: Matting, folder: string, options: Pick<MatteOptions, 'augment'> = {}): Predict {
  return async ({ name, picture }, signal) => {
    if (picture === undefined) throw new PdfnetError('ERR_PAIR_MISSING', `${name} has no picture`)
    const matte = await matting.matte(picture, { ...options, foreground: false, signal })
    const path = join(folder, `${name}.png`)
    await mkdir(dirname(path), { recursive: true })
    await writePicture(matte.alphaImage(), path, { signal })
    return { map: await mapOfAlpha(picture, matte.alpha), path }
  }
}
