/** What steadying leaves of the flicker and of the error of a moving scene's mattes. */

import { Steadier } from '../../dist/matting/frames-steady.js'

/**
 * Sums over the frames: of the static band its `pixels` and half their squared changes, `raw` and smoothed (`result`), and
 * those of the truth in the same place (`own`); of all pixels |α − α*|, `rawError` and smoothed (`error`).
 */
export async function steadied({ size, pictures, truths, mattes }, lookAhead) {
  const sums = { pixels: 0, raw: 0, result: 0, own: 0, rawError: 0, error: 0 }
  await through('smooth', lookAhead, size, pictures, mattes, ({ steadiness, alpha }, index) => {
    for (const name of ['pixels', 'raw', 'result']) sums[name] += steadiness[name]
    sums.rawError += difference(mattes[index], truths[index])
    sums.error += difference(alpha, truths[index])
  })
  await through('measure', 0, size, pictures, truths, ({ steadiness }) => (sums.own += steadiness.raw))
  return sums
}

async function through(mode, lookAhead, size, pictures, alphas, look) {
  const frames = alphas.map((alpha, index) => ({
    ...{ alpha: alpha.slice(), rgb: pictures[index], width: size, height: size, isCut: false },
    end: () => undefined,
  }))
  let index = 0
  for await (const frame of new Steadier(mode, lookAhead).of(frames)) look(frame, index++)
}

function difference(one, other) {
  return one.reduce((sum, value, at) => sum + Math.abs(value - other[at]), 0)
}
