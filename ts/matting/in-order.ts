/** Several items of a stream worked on at the same time, their results given in the items' order. */

import { aborted } from '../errors.js'

export type Source<Item> = AsyncIterable<Item> | Iterable<Item>

/** @param signal aborted once nobody wants the result any more */
export type StartWork<Item, Result> = (item: Item, signal: AbortSignal) => Promise<Result>

/**
 * Pulls an item when fewer than `inFlight` of its predecessors are unread, so that a slow reader slows the source. An
 * error of the source or of the work comes in its turn, after the results before it. Whichever way it ends, all work
 * has ended before.
 */
export async function* inOrder<Item, Result>(
  source: Source<Item>,
  work: StartWork<Item, Result>,
  inFlight: number,
  signal?: AbortSignal,
): AsyncGenerator<Result, void, undefined> {
  const flow = new Flow(source, work, inFlight)
  const stop = (): void => {
    flow.stop(aborted(signal!))
  }
  if (signal?.aborted) stop()
  signal?.addEventListener('abort', stop, { once: true })
  try {
    flow.start()
    for (let next = await flow.next(); next; next = await flow.next()) yield next.result
  } finally {
    signal?.removeEventListener('abort', stop)
    await flow.end()
  }
}

class Flow<Item, Result> {
  private readonly items: AsyncIterator<Item> | Iterator<Item>
  private readonly started: Promise<Result>[] = []
  private readonly unwanted = new AbortController()
  private reason: { readonly error: unknown } | undefined
  private isPulling = false
  private hasEnded = false
  private notify = (): void => undefined
  private changed = this.nextChange()

  constructor(
    source: Source<Item>,
    private readonly work: StartWork<Item, Result>,
    private readonly inFlight: number,
  ) {
    this.items = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()
  }

  start(): void {
    void this.pull()
  }

  /** Undefined at the end of the stream. */
  async next(): Promise<{ readonly result: Result } | undefined> {
    for (;;) {
      if (this.reason) throw this.reason.error
      const first = this.started[0]
      if (first) {
        const result = await this.unlessStopped(first)
        void this.started.shift()
        this.change()
        return { result }
      }
      if (this.hasEnded) return undefined
      await this.changed
    }
  }

  /** Whoever waits gets the error at once. */
  stop(error: unknown): void {
    this.reason ??= { error }
    this.unwanted.abort(error)
    this.change()
  }

  async end(): Promise<void> {
    this.stop(undefined)
    await Promise.allSettled(this.started)
    const returned = Promise.resolve(this.items.return?.()).catch(() => undefined)
    // A source that is stuck in its own next() answers neither that nor this: it is not waited for.
    if (!this.isPulling) await returned
  }

  /** What an abort does to the work under way is told as the abort. */
  private async unlessStopped(result: Promise<Result>): Promise<Result> {
    try {
      return await result
    } catch (error) {
      throw this.reason ? this.reason.error : error
    }
  }

  private async pull(): Promise<void> {
    try {
      for (;;) {
        while (!this.reason && this.started.length >= this.inFlight) await this.changed
        if (this.reason) return
        this.isPulling = true
        const item: IteratorResult<Item, unknown> = await this.items.next()
        this.isPulling = false
        if (item.done === true || this.stopped()) return
        this.add(this.work(item.value, this.unwanted.signal))
      }
    } catch (error) {
      this.isPulling = false
      this.add(rejected(error))
    } finally {
      this.hasEnded = true
      this.change()
    }
  }

  /** As a call, since it changes while something is awaited. */
  private stopped(): boolean {
    return this.reason !== undefined
  }

  private add(result: Promise<Result>): void {
    // It is looked at in its turn; until then nobody handles its rejection.
    result.catch(() => undefined)
    this.started.push(result)
    this.change()
  }

  private change(): void {
    this.notify()
    this.changed = this.nextChange()
  }

  private nextChange(): Promise<void> {
    return new Promise((resolve) => (this.notify = resolve))
  }
}

function rejected(error: unknown): Promise<never> {
  return Promise.resolve().then(() => {
    throw error
  })
}
