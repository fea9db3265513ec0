/** Waits for a decode by sharp, and says in our words how it failed. */

import { PdfnetError } from '../errors.js'
import { abortable } from './abortable.js'
import type { Limits } from './limits.js'

/** Rejects with ERR_INPUT_LIMIT when it took too long, ERR_ABORTED, or else ERR_INPUT_CORRUPT. */
export async function decoding<T>(
  work: Promise<T>,
  name: string,
  limits: Limits,
  signal: AbortSignal | undefined,
): Promise<T> {
  try {
    return await abortable(work, signal)
  } catch (cause) {
    if (cause instanceof PdfnetError) throw cause
    const message = (cause as Error).message
    // sharp's errors have no codes; these are the beginnings of its sentences.
    if (message.startsWith('timeout')) {
      const details = { limit: limits.seconds }
      throw new PdfnetError('ERR_INPUT_LIMIT', `${name} took longer than ${limits.seconds} s to decode`, {
        cause,
        details,
      })
    }
    if (message.includes('exceeds pixel limit')) {
      const details = { limit: limits.pixels }
      throw new PdfnetError('ERR_INPUT_LIMIT', `${name} has more than ${limits.pixels} pixels`, { cause, details })
    }
    throw new PdfnetError('ERR_INPUT_CORRUPT', `${name} is truncated or damaged: ${message}`, { cause })
  }
}
