/** Weights that a graph cannot hold: whoever meets one as it is written looks through the others, and names them all. */

import { PdfnetError, throwIfAborted } from '../errors.js'
import type { Initializer } from './model.js'

/** ERR_MODEL_MISMATCH, with a line for each weight that says what is wrong with it. */
export class BadWeights extends PdfnetError {
  readonly faults: readonly string[]

  /** @param remedy @default the catalogue's */
  constructor(faults: readonly string[], remedy?: string) {
    const [first] = faults
    const message = faults.length === 1 ? first! : `${faults.length} weights cannot be used\n  ${faults.join('\n  ')}`
    super('ERR_MODEL_MISMATCH', message, { ...(remedy !== undefined && { remedy }), details: { weights: faults } })
    this.faults = faults
  }
}

/**
 * The faults of all tensors in one error. Only what is made when it is written can have any.
 * @param met the first that was found
 */
export async function allBadWeights(
  met: BadWeights,
  tensors: readonly Initializer[],
  signal: AbortSignal | undefined,
): Promise<BadWeights> {
  const errors = [met]
  for (const { data } of tensors) {
    throwIfAborted(signal)
    if (data.kind !== 'made') continue
    try {
      await data.make()
    } catch (error) {
      if (!(error instanceof BadWeights)) throw error
      errors.push(error)
    }
  }
  const isSame = errors.every(({ remedy }) => remedy === met.remedy)
  return new BadWeights([...new Set(errors.flatMap(({ faults }) => faults))], isSame ? met.remedy : undefined)
}
