/** Waits for a decode by sharp, and says in our words how it failed. */

import { abortable } from '../abortable.js'
import { PdfnetError } from '../errors.js'
import type { Limits } from './limits.js'

/** Rejects with ERR_INPUT_LIMIT when it took too long, ERR_ABORTED, or else ERR_INPUT_CORRUPT. */
export async function decoding<T>(
  work: Promise<T>,
  name: string,
  limits: Limits,
  signal: AbortSignal | undefined,
): Promise<T> {
  const start = performance.now()
  try {
    return await abortable(work, signal)
  } catch (cause) {
    if (cause instanceof PdfnetError) throw cause
    const { message } = cause as Error
    if (isTimeout(message, (performance.now() - start) / 1000, limits)) {
      const details = { limit: limits.seconds }
      throw new PdfnetError('ERR_INPUT_LIMIT', `${name} took longer than ${limits.seconds} s to decode`, {
        cause,
        details,
      })
    }
    throw new PdfnetError('ERR_INPUT_CORRUPT', `${name} is truncated or damaged: ${message}`, { cause })
  }
}

/**
 * sharp's errors have no codes. libvips keeps its messages in one place for all threads, so that another decode may have
 * cleared this one's: sharp then has a sentence of its own, and the clock decides.
 */
function isTimeout(message: string, seconds: number, limits: Limits): boolean {
  if (message.startsWith('timeout')) return true
  return seconds >= limits.seconds && /^(Unknown error|Warning treated as error)/.test(message)
}
