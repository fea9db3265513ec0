/** The bounded queue before every device: who is next, together with whom, and until when it is worth waiting. */

import { aborted, PdfnetError, throwIfAborted } from '../errors.js'
import { AbortGroups } from './abort-groups.js'
import { Deadlines, type Dated } from './deadlines.js'
import { MicroBatch, type Started, type Work } from './micro-batch.js'
import { turnOf, type Turn } from './turn.js'
import { WaitingList, type Waiter } from './waiting-list.js'

export interface QueueOptions {
  /** Batches that are worked on at the same time. */
  readonly concurrency: number
  /** Runs that may wait besides; one more is refused with ERR_QUEUE_FULL. */
  readonly capacity: number
  /**
   * How many runs can be worked on together: ascending, from 1. A batch is the largest that can be filled.
   * @default [1]
   */
  readonly sizes?: readonly number[]
  /**
   * Milliseconds that a run may be kept from starting so that others can join it. While all places are taken, batches
   * form without it.
   * @default 0
   */
  readonly linger?: number
  /**
   * Batches beyond the concurrency that wait at the device, which then goes on without this thread: only full ones, and
   * only while nothing that waits has a deadline. A run of higher priority comes after them.
   * @default 0
   */
  readonly ahead?: number
}

/** Runs start by priority and, within one, in the order in which they came. */
export class Queue<Item, Result> {
  private readonly options: Required<QueueOptions>
  /** Largest first. */
  private readonly sizes: readonly number[]
  private readonly list = new WaitingList<Run<Item, Result>>()
  private readonly deadlines = new Deadlines<Run<Item, Result>>(() => this.deadlinePassed())
  private readonly signals = new AbortGroups<Run<Item, Result>>((run, signal) => this.drop(run, signal))
  private batches = 0
  private members = 0
  private willStart = false
  private lingering: NodeJS.Timeout | undefined
  private closed: Promise<void> | undefined
  private ended: (() => void) | undefined

  constructor(
    private readonly work: Work<Item, Result>,
    options: QueueOptions,
  ) {
    this.options = { sizes: [1], linger: 0, ahead: 0, ...options }
    this.sizes = [...this.options.sizes].reverse()
  }

  /** Runs that wait for their turn. */
  get waiting(): number {
    return this.list.size
  }

  /** Runs that are worked on. */
  get running(): number {
    return this.members
  }

  /**
   * Rejects with ERR_QUEUE_FULL, ERR_DEADLINE, ERR_DISPOSED, ERR_ABORTED, or what the work rejects with. A run that is
   * worked on settles when the work has ended, aborted or not: until then the item's memory is in use.
   */
  run(item: Item, turn: Turn = turnOf()): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.closed) throw new PdfnetError('ERR_DISPOSED', 'it was disposed of and takes no more work')
      throwIfAborted(turn.signal)
      this.checkRoom()
      const run = new Run(item, turn, resolve, reject)
      this.list.add(run)
      this.deadlines.add(run)
      if (run.signal) this.signals.join(run.signal, run)
      this.startSoon()
    })
  }

  /** Refuses new runs at once; resolves when all that wait or run have ended. */
  close(): Promise<void> {
    if (this.closed) return this.closed
    this.closed = new Promise((resolve) => (this.ended = resolve))
    // What lingers waits for nobody any more.
    this.start()
    this.endWhenEmpty()
    return this.closed
  }

  private get isIdle(): boolean {
    return this.batches < this.options.concurrency
  }

  /** Whether the next batch can be handed out. */
  private get hasPlace(): boolean {
    if (this.isIdle) return true
    const { concurrency, ahead } = this.options
    const isFull = this.waiting >= this.sizes[0]!
    return this.batches < concurrency + ahead && isFull && this.deadlines.earliest === Infinity
  }

  private checkRoom(): void {
    const { capacity, concurrency } = this.options
    // Those for whom there is a place have only not started yet.
    if (this.waiting < capacity + Math.max(0, concurrency - this.batches) * this.sizes[0]!) return
    throw new PdfnetError('ERR_QUEUE_FULL', `${capacity} runs wait already, as many as the queue holds`, {
      details: { capacity },
    })
  }

  /** Once the code that now runs has ended: what it adds besides goes along. */
  private startSoon(): void {
    if (this.willStart || !this.hasPlace) return
    this.willStart = true
    queueMicrotask(() => {
      this.willStart = false
      this.start()
    })
  }

  private start(): void {
    clearTimeout(this.lingering)
    while (this.waiting > 0 && this.hasPlace && !this.lingers()) void this.startBatch()
  }

  /** Whether to wait for others; it is looked at again when they come, or in time. */
  private lingers(): boolean {
    const { linger } = this.options
    if (linger === 0 || this.waiting >= this.sizes[0]! || this.closed) return false
    const now = performance.now()
    const until = this.list.oldest() + linger
    if (now >= until || now >= this.deadlines.earliest) return false
    this.lingering = setTimeout(() => this.start(), until - now)
    return true
  }

  private async startBatch(): Promise<void> {
    const runs = this.take()
    const batch = new MicroBatch(runs)
    for (const run of runs) run.batch = batch
    this.batches += 1
    this.members += runs.length
    const settle = await batch.run(this.work)
    // While another place is idle nobody is late: they linger, and can still start.
    if (!this.isIdle) this.refuseLate()
    this.batches -= 1
    this.members -= runs.length
    // The device first, then those who look at its results.
    this.start()
    for (const run of runs) this.forget(run)
    settle()
    this.endWhenEmpty()
  }

  private take(): Run<Item, Result>[] {
    const now = performance.now()
    const size = this.sizes.find((one) => one <= this.waiting)!
    return Array.from({ length: size }, () => {
      const run = this.list.take()!
      this.deadlines.remove(run)
      run.waited = now - run.since
      return run
    })
  }

  private deadlinePassed(): void {
    // It lingers, and can still start.
    this.start()
    if (!this.isIdle) this.refuseLate()
  }

  private refuseLate(): void {
    const now = performance.now()
    for (let run = this.deadlines.takePassed(now); run; run = this.deadlines.takePassed(now)) {
      this.list.remove(run)
      this.forget(run)
      const waited = now - run.since
      run.reject(
        new PdfnetError('ERR_DEADLINE', `its turn had not come after ${waited.toFixed(1)} ms`, { details: { waited } }),
      )
    }
  }

  private drop(run: Run<Item, Result>, signal: AbortSignal): void {
    if (run.batch) {
      run.batch.drop(signal)
      return
    }
    this.list.remove(run)
    this.deadlines.remove(run)
    run.reject(aborted(signal))
  }

  private forget(run: Run<Item, Result>): void {
    if (run.signal) this.signals.leave(run.signal, run)
  }

  private endWhenEmpty(): void {
    if (this.waiting === 0 && this.batches === 0) this.ended?.()
  }
}

class Run<Item, Result> implements Waiter, Dated, Started<Item, Result> {
  readonly since = performance.now()
  readonly priority: number
  readonly startBy: number
  readonly signal: AbortSignal | undefined
  waited = 0
  /** Undefined while it waits. */
  batch: MicroBatch<Item, Result> | undefined
  previous: this | undefined
  next: this | undefined
  place = -1

  constructor(
    readonly item: Item,
    { priority, startBy, signal }: Turn,
    readonly resolve: (result: Result) => void,
    readonly reject: (reason: unknown) => void,
  ) {
    this.priority = priority
    this.startBy = startBy
    this.signal = signal
  }
}
