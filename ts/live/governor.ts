/** Holds a frame rate: late frames are dropped, then depth becomes rarer, then the network smaller; and back. */

/** What frames are matted with. */
export interface LiveStep {
  /** Of the mattings, the first of which is the best. */
  readonly matting: number
  /** Frames that one pseudo-depth map serves. */
  readonly depthEvery: number
}

export interface LiveDecision {
  /** `drop` and `keep`: late frames begin, or cease, to be dropped. `down` and `up`: another step is taken. */
  readonly action: 'drop' | 'keep' | 'down' | 'up'
  readonly step: LiveStep
  /** Frames a second that were written, and that came. */
  readonly written: number
  readonly arrived: number
}

/** Milliseconds. */
const window = 1000
const calmAtFirst = 5000
const calmAtMost = 300_000
/** A step up that holds for so long was right. */
const proven = 30_000

/** Of the rate that is to be held. */
const enough = 0.95
/** Windows in a row before it goes down: a hiccup of a second lies in two. */
const patience = 3
/** Windows without a dropped frame before none counts as dropped. */
const calmWindows = 5

/** From the best to the cheapest: depth becomes rarer before the network becomes smaller. */
export function ladder(mattings: number, depths: readonly number[]): readonly LiveStep[] {
  const first = depths.map((depthEvery) => ({ matting: 0, depthEvery }))
  const rarest = depths.at(-1)!
  const smaller = Array.from({ length: mattings - 1 }, (_, index) => ({ matting: index + 1, depthEvery: rarest }))
  return [...first, ...smaller]
}

export class Governor {
  private index = 0
  private began: number
  private counted = { arrived: 0, dropped: 0, written: 0 }
  /** The window after a change shows the change itself. */
  private isSettling = true
  private slowWindows = 0
  private fullWindows = calmWindows
  private calmSince: number | undefined
  private calmNeeded = calmAtFirst
  private climbedAt: number | undefined

  /**
   * @param hold frames a second that are written at least, where so many arrive
   * @param now milliseconds, as of all calls
   */
  constructor(
    private readonly steps: readonly LiveStep[],
    private readonly hold: number,
    now: number,
  ) {
    this.began = now
  }

  get step(): LiveStep {
    return this.steps[this.index]!
  }

  arrived(now: number): readonly LiveDecision[] {
    this.counted.arrived += 1
    return this.judgeInTime(now)
  }

  dropped(): void {
    this.counted.dropped += 1
  }

  /** @param now when the encoder had taken it */
  wrote(now: number): readonly LiveDecision[] {
    this.counted.written += 1
    return this.judgeInTime(now)
  }

  /** What was counted says nothing of the engines: there is no output, or no source. */
  rest(now: number): void {
    this.restart(now)
    this.isSettling = true
    this.slowWindows = 0
    this.calmSince = undefined
  }

  private judgeInTime(now: number): readonly LiveDecision[] {
    const seconds = (now - this.began) / 1000
    if (seconds * 1000 < window) return []
    const { arrived, dropped, written } = this.counted
    const rates = { written: written / seconds, arrived: arrived / seconds }
    this.restart(now)
    const drops = this.judgeDrops(dropped)
    const step = this.isSettling ? undefined : this.judgeStep(rates.written, rates.arrived, now)
    this.isSettling = step !== undefined
    return [drops, step].flatMap((action) => (action ? [{ action, step: this.step, ...rates }] : []))
  }

  private judgeDrops(dropped: number): 'drop' | 'keep' | undefined {
    const wasDropping = this.fullWindows < calmWindows
    this.fullWindows = dropped > 0 ? 0 : Math.min(calmWindows, this.fullWindows + 1)
    const isDropping = this.fullWindows < calmWindows
    return isDropping === wasDropping ? undefined : isDropping ? 'drop' : 'keep'
  }

  private judgeStep(written: number, arrived: number, now: number): 'up' | 'down' | undefined {
    if (this.climbedAt !== undefined && now - this.climbedAt >= proven) {
      this.climbedAt = undefined
      this.calmNeeded = calmAtFirst
    }
    if (written < enough * Math.min(this.hold, arrived)) {
      this.calmSince = undefined
      this.slowWindows += 1
      return this.slowWindows >= patience && this.index < this.steps.length - 1 ? this.descend() : undefined
    }
    this.slowWindows = 0
    this.calmSince ??= now - window
    return this.index > 0 && now - this.calmSince >= this.calmNeeded ? this.climb(now) : undefined
  }

  private descend(): 'down' {
    // A step up that did not hold: the next one waits for longer.
    if (this.climbedAt !== undefined) this.calmNeeded = Math.min(calmAtMost, 2 * this.calmNeeded)
    this.climbedAt = undefined
    this.slowWindows = 0
    this.index += 1
    return 'down'
  }

  private climb(now: number): 'up' {
    this.climbedAt = now
    this.calmSince = undefined
    this.index -= 1
    return 'up'
  }

  private restart(now: number): void {
    this.began = now
    this.counted = { arrived: 0, dropped: 0, written: 0 }
  }
}
