/** Stops waiting for work that cannot itself be stopped. */

import { aborted, throwIfAborted } from './errors.js'

/**
 * Settles as the work does, or rejects with ERR_ABORTED as soon as the signal is aborted; the work then goes on to its
 * end unseen, and its result is dropped.
 */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  // Whatever becomes of work that nobody waits for any more, it is not an unhandled rejection.
  work.catch(() => undefined)
  throwIfAborted(signal)
  let stop: (() => void) | undefined
  const gaveUp = new Promise<never>((_, reject) => {
    stop = () => {
      reject(aborted(signal))
    }
    signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([work, gaveUp])
  } finally {
    if (stop !== undefined) signal.removeEventListener('abort', stop)
  }
}
