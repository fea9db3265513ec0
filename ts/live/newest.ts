/** Frames that wait for the engines: the newest few, of which late ones give way. */

import type { RawFrame } from '../matting/index.js'
import type { Pace } from './pace.js'

export interface LiveFrame extends RawFrame {
  readonly data: Uint8Array<ArrayBuffer>
  /** Microseconds of the output's timeline. */
  readonly timestamp: number
  /** Milliseconds of our clock. */
  readonly captured: number
}

/** More than one, so that frames that arrive in pairs are not late yet. */
const most = 2

export class NewestFrames {
  private readonly frames: LiveFrame[] = []
  private hasEnded = false
  private wake = (): void => undefined

  /**
   * @param patience milliseconds after its capture from which a frame is late where a newer one is there
   * @param onDrop its memory is free
   */
  constructor(
    private readonly patience: number,
    private readonly onDrop: (frame: LiveFrame) => void,
  ) {}

  offer(frame: LiveFrame): void {
    this.frames.push(frame)
    if (this.frames.length > most || this.hasEnded) this.dropFirst()
    this.wake()
  }

  /** Whether nothing waits any more, and nothing will come. */
  get isOver(): boolean {
    return this.hasEnded && this.frames.length === 0
  }

  /** What waits is still taken. */
  end(): void {
    this.hasEnded = true
    this.wake()
  }

  /** Whoever takes looks again whether it is to go on. */
  nudge(): void {
    this.wake()
  }

  /**
   * Frames until the end, or until it is not to go on: those that are left are for the next who takes.
   * @param pace how long a frame is waited for at least
   */
  async *take(goesOn: () => boolean, pace: Pick<Pace, 'wait'>): AsyncGenerator<LiveFrame, void, undefined> {
    let due = 0
    while (goesOn()) {
      const now = performance.now()
      const frame = now < due && !this.hasEnded ? undefined : this.next(now)
      if (frame) {
        yield frame
        due = performance.now() + pace.wait
      } else if (this.hasEnded) return
      else await this.change(due - now)
    }
  }

  /** A new frame, the end, or the time that is given. */
  private async change(within: number): Promise<void> {
    const timer = within > 0 ? setTimeout(() => this.wake(), within) : undefined
    await new Promise<void>((resolve) => (this.wake = resolve))
    clearTimeout(timer)
  }

  private next(now: number): LiveFrame | undefined {
    while (this.frames.length > 1 && now - this.frames[0]!.captured > this.patience) this.dropFirst()
    return this.frames.shift()
  }

  private dropFirst(): void {
    this.onDrop(this.frames.shift()!)
  }
}
