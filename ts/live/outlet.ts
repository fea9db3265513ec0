/** An output that is connected to again when it is lost; what has no output meanwhile goes nowhere. */

import { PdfnetError } from '../errors.js'
import { BackOff } from './back-off.js'
import type { Egress } from './egress.js'
import type { OutputEndpoint } from './endpoint.js'
import type { LiveEvent } from './options.js'

export class Outlet {
  private readonly backOff = new BackOff()
  private current: Egress | undefined
  private openedAt = 0
  private retryAt = 0
  private lostAt: number | undefined
  private wasReached = false
  private count = 0

  /**
   * @param connect begins a connection
   * @param giveUp milliseconds
   */
  constructor(
    private readonly output: OutputEndpoint,
    private readonly connect: () => Egress,
    private readonly giveUp: number,
    private readonly tell: (event: LiveEvent) => void,
  ) {}

  /** How often it was lost. */
  get losses(): number {
    return this.count
  }

  /** Begins a connection, unless it is too early for another. */
  open(): Egress | undefined {
    if (performance.now() < this.retryAt) return undefined
    this.openedAt = performance.now()
    return (this.current = this.connect())
  }

  /**
   * Whether the frame was taken. Rejects with ERR_OUTPUT_WRITE where the output was never reached, is a file, or did not
   * come back.
   * @param time µs
   */
  async write(data: Uint8Array, time: number): Promise<boolean> {
    const current = this.current ?? this.open()
    if (!current) return false
    try {
      await current.write(data, time)
      if (current.isReached) this.works()
      return true
    } catch (error) {
      await this.lose(error as PdfnetError)
      return false
    }
  }

  /** @param time µs */
  sound(samples: Buffer, time: number): void {
    this.current?.sound(samples, time)
  }

  /** Resolves when all was sent. Rejects with ERR_OUTPUT_WRITE of a file, or of what was never reached. */
  async finish(): Promise<void> {
    try {
      await this.current?.finish()
    } catch (error) {
      if (this.isFatal) throw error
    }
  }

  async abandon(): Promise<void> {
    await this.current?.abandon()
  }

  private get isFatal(): boolean {
    return this.output.isFile || !(this.wasReached || this.current?.isReached)
  }

  private works(): void {
    this.wasReached = true
    if (this.lostAt === undefined) return
    this.tell({ type: 'restored', end: 'output', after: performance.now() - this.lostAt })
    this.lostAt = undefined
  }

  private async lose(error: PdfnetError): Promise<void> {
    if (this.isFatal) throw error
    this.wasReached = true
    await this.current?.abandon()
    this.current = undefined
    const now = performance.now()
    if (this.lostAt === undefined) {
      this.lostAt = now
      this.count += 1
    }
    if (now - this.lostAt >= this.giveUp) throw error
    const retryIn = this.backOff.next(now - this.openedAt)
    this.retryAt = now + retryIn
    const why = error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
    this.tell({ type: 'lost', end: 'output', reason: why, retryIn })
  }
}
