/** Copies large strided views in a thread of its own, so that the JavaScript thread stays free. */

import { Worker } from 'node:worker_threads'
import { PdfnetError, aborted, throwIfAborted } from '../errors.js'
import { byteLength } from '../tensor.js'
import { gather } from './gather.js'
import type { Layout } from './layout.js'

export interface GatherJob {
  readonly source: ArrayBuffer
  readonly layout: Layout
}

/** A copy of this size takes a few milliseconds, a thread about as many to start. */
const smallBytes = 2 ** 20

/**
 * As `gather`. The memory of a large `source` moves to the thread: it is empty afterwards.
 * Rejects with ERR_ABORTED, and ERR_MEMORY where the thread ends without an answer.
 */
export async function gatherInThread(
  source: Buffer<ArrayBuffer>,
  { dtype, shape, strides }: Layout,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const layout = { dtype, shape, strides }
  if (byteLength(dtype, shape) <= smallBytes) return gather(source, layout)
  throwIfAborted(signal)
  const job: GatherJob = { source: source.buffer, layout }
  // Without the parent's flags: some (such as --input-type) are refused by a thread that runs a file.
  const worker = new Worker(new URL('gather-worker.js', import.meta.url), {
    workerData: job,
    transferList: [job.source],
    execArgv: [],
  })
  let stop = (): void => undefined
  try {
    return await new Promise<Uint8Array>((resolve, reject) => {
      stop = () => reject(aborted(signal!))
      signal?.addEventListener('abort', stop, { once: true })
      worker.on('message', resolve)
      worker.on('error', (cause) => reject(new PdfnetError('ERR_MEMORY', cause.message, { cause })))
      worker.on('exit', () => reject(new PdfnetError('ERR_MEMORY', 'a thread ended without an answer')))
    })
  } finally {
    signal?.removeEventListener('abort', stop)
    await worker.terminate()
  }
}
