/** Runs heavy work in a thread of its own, so that the JavaScript thread stays free and an abort ends it at once. */

import { Worker, parentPort, workerData } from 'node:worker_threads'
import { PdfnetError, aborted, isErrorCode, throwIfAborted } from '../errors.js'
import type { Progress, Work } from '../progress.js'

/** An error as it crosses threads: structured clone would lose its class, code and remedy. */
interface Sent {
  readonly message: string
  readonly code?: unknown
  readonly syscall?: unknown
  readonly remedy?: string
  readonly details?: Readonly<Record<string, unknown>>
}

/** What the parent tells a thread. */
const abortMessage = 'abort'
/** Milliseconds that a thread has after an abort to put away what it has half made. */
const patience = 5000

type Message<Answer> = { readonly progress: Progress } | { readonly answer: Answer } | { readonly error: Sent }

/**
 * Starts `module` as a thread, hands it `job` and resolves with what its `serve` answered.
 * Rejects with the error thrown there, or ERR_ABORTED; either way the thread has ended by then. An abort ends it at
 * once, or where it heeds the signal that `serve` gives it, after five seconds at most.
 */
export async function inBackground<Answer>(
  module: URL,
  job: unknown,
  work: Work = {},
  heedsAbort = false,
): Promise<Answer> {
  const { signal, onProgress } = work
  throwIfAborted(signal)
  // Without the parent's flags: some (such as --input-type) are refused by a thread that runs a file.
  const worker = new Worker(module, { workerData: job, execArgv: [] })
  let stop = (): void => undefined
  let late: NodeJS.Timeout | undefined
  try {
    return await new Promise<Answer>((resolve, reject) => {
      const give = (): void => reject(aborted(signal!))
      stop = () => {
        worker.postMessage(abortMessage)
        late = setTimeout(give, heedsAbort ? patience : 0)
      }
      signal?.addEventListener('abort', stop, { once: true })
      worker.on('message', (message: Message<Answer>) => {
        if ('answer' in message) resolve(message.answer)
        else if ('error' in message) reject(signal?.aborted ? aborted(signal) : received(message.error))
        else {
          // A caller's callback that throws ends this work, not the process.
          try {
            onProgress?.(message.progress)
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)))
          }
        }
      })
      worker.on('error', reject)
      worker.on('exit', (code) => reject(new PdfnetError('ERR_INTERNAL', `a thread ended without an answer (${code})`)))
    })
  } finally {
    signal?.removeEventListener('abort', stop)
    clearTimeout(late)
    await worker.terminate()
  }
}

/** In a thread that `inBackground` started: does the job and answers. */
export async function serve(
  run: (job: never, report: (progress: Progress) => void, signal: AbortSignal) => unknown,
): Promise<void> {
  const abort = new AbortController()
  parentPort?.on('message', () => abort.abort()).unref()
  const send = (message: Message<unknown>): void => parentPort?.postMessage(message)
  try {
    send({ answer: await run(workerData as never, (progress) => send({ progress }), abort.signal) })
  } catch (error) {
    send({ error: sent(error) })
  }
}

function sent(error: unknown): Sent {
  if (error instanceof PdfnetError) {
    const { code, message, remedy, details } = error
    return { code, message, remedy, details }
  }
  if (!(error instanceof Error)) return { message: String(error) }
  const { message, code, syscall } = error as NodeJS.ErrnoException
  return { message, code, syscall }
}

function received({ message, code, syscall, ...rest }: Sent): Error {
  return isErrorCode(code) ? new PdfnetError(code, message, rest) : Object.assign(new Error(message), { code, syscall })
}
