/** A source that is connected to again when it is lost, until it ends, is stopped or is given up. */

import { setTimeout as sleep } from 'node:timers/promises'
import { PdfnetError } from '../errors.js'
import { BackOff } from './back-off.js'
import type { Endpoint } from './endpoint.js'
import type { Ingest } from './ingest.js'
import type { LiveEvent } from './options.js'

export class Inlet {
  private readonly backOff = new BackOff()
  private readonly stopping = new AbortController()
  private current: Ingest | undefined
  private lostAt: number | undefined
  private count = 0

  /**
   * @param connect begins a connection
   * @param isOver whether a source that ended will not go on
   * @param giveUp milliseconds
   */
  constructor(
    private readonly input: Endpoint,
    private readonly connect: () => Ingest,
    private readonly isOver: (signal: AbortSignal) => Promise<boolean>,
    private readonly giveUp: number,
    private readonly tell: (event: LiveEvent) => void,
  ) {}

  /** How often it was lost. */
  get losses(): number {
    return this.count
  }

  /** Resolves when a file ends, or when it was stopped. Rejects with ERR_INPUT_READ or ERR_INPUT_STALLED. */
  async run(): Promise<void> {
    while (!this.isStopped()) {
      const began = performance.now()
      this.current = this.connect()
      const reason = await this.current.ended
      if (this.isStopped()) return
      if (this.input.isFile) {
        this.fileEnded(reason)
        return
      }
      if (reason === undefined && (await this.isOver(this.stopping.signal))) return
      await this.wait(reason ?? 'it ended', performance.now() - began)
    }
  }

  /** A frame came. */
  works(): void {
    if (this.lostAt === undefined) return
    this.tell({ type: 'restored', end: 'input', after: performance.now() - this.lostAt })
    this.lostAt = undefined
  }

  stop(): void {
    this.stopping.abort()
    this.current?.stop()
  }

  /** As a call, since it changes while something is awaited. */
  private isStopped(): boolean {
    return this.stopping.signal.aborted
  }

  private async wait(reason: string, lasted: number): Promise<void> {
    const now = performance.now()
    if (this.lostAt === undefined) {
      this.lostAt = now
      this.count += 1
    }
    if (now - this.lostAt >= this.giveUp) {
      const seconds = Math.round((now - this.lostAt) / 1000)
      throw new PdfnetError('ERR_INPUT_STALLED', `${this.input.name} was lost, and did not come back in ${seconds} s`, {
        cause: new Error(reason),
      })
    }
    const retryIn = this.backOff.next(lasted)
    this.tell({ type: 'lost', end: 'input', reason, retryIn })
    await sleep(retryIn, undefined, { signal: this.stopping.signal }).catch(() => undefined)
  }

  private fileEnded(reason: string | undefined): void {
    if (reason === undefined) return
    throw new PdfnetError('ERR_INPUT_READ', `${this.input.name} could not be read to its end`, {
      cause: new Error(reason),
    })
  }
}
