/** The bounded queue before every device: first come, first served, and it says when it is full. */

import { aborted, PdfnetError, throwIfAborted } from '../errors.js'

export interface QueueOptions {
  /** Tasks that run at the same time. */
  readonly concurrency: number
  /** Tasks that may wait besides; one more is refused with ERR_QUEUE_FULL. */
  readonly capacity: number
}

export class Queue {
  private readonly waiting = new Set<() => void>()
  private running = 0
  private closing: (() => void) | undefined
  private closed: Promise<void> | undefined

  constructor(private readonly options: QueueOptions) {}

  /** Tasks that wait or run. */
  get size(): number {
    return this.waiting.size + this.running
  }

  /** Runs the task when its turn comes. A task that still waits when its signal aborts leaves at once. */
  async run<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.closed) throw new PdfnetError('ERR_DISPOSED', 'it was disposed of and takes no more work')
    throwIfAborted(signal)
    if (this.running < this.options.concurrency) this.running += 1
    else await this.turn(signal)
    try {
      return await task()
    } finally {
      this.next()
    }
  }

  /** Refuses new tasks at once; resolves when all that wait or run have ended. */
  close(): Promise<void> {
    return (this.closed ??= new Promise((resolve) => {
      if (this.size === 0) resolve()
      else this.closing = resolve
    }))
  }

  private turn(signal: AbortSignal | undefined): Promise<void> {
    const { capacity } = this.options
    if (this.waiting.size >= capacity) {
      throw new PdfnetError('ERR_QUEUE_FULL', `${capacity} runs wait already, as many as the queue holds`, {
        details: { capacity },
      })
    }
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.waiting.delete(start)
        reject(aborted(signal!))
      }
      const start = (): void => {
        signal?.removeEventListener('abort', leave)
        resolve()
      }
      signal?.addEventListener('abort', leave, { once: true })
      this.waiting.add(start)
    })
  }

  /** Hands the place of a finished task to the one that has waited longest. */
  private next(): void {
    for (const start of this.waiting) {
      this.waiting.delete(start)
      start()
      return
    }
    this.running -= 1
    if (this.running === 0) this.closing?.()
  }
}
