/** The output's timestamps: those of the input, on one line through all of its connections. */

/** What comes before a connection's first frame, at most: a second and a half. */
const mostEarly = 300_000

export class Timeline {
  private offset: number | undefined
  private latest = -1
  private early: { readonly samples: Buffer; readonly time: number }[] = []
  private earlyBytes = 0

  /** @param onSound samples with their µs on this line */
  constructor(private readonly onSound: (samples: Buffer, at: number) => void) {}

  /** A connection begins, with timestamps of its own. */
  restart(): void {
    this.offset = undefined
    this.early = []
    this.earlyBytes = 0
  }

  /**
   * Microseconds of a frame, always later than those of the one before.
   * @param time its own, µs
   * @param now µs since the beginning: where a connection's first frame stands
   */
  frame(time: number, now: number): number {
    if (this.offset === undefined) {
      // A source may send at first what it has kept: then the line is ahead of our clock, and never goes back.
      this.offset = Math.max(this.latest + 1, Math.round(now)) - time
      for (const { samples, time: at } of this.early.splice(0)) this.sound(samples, at)
    }
    this.latest = Math.max(this.latest + 1, time + this.offset)
    return this.latest
  }

  /** Sound that comes before a connection's first frame waits for it. */
  sound(samples: Buffer, time: number): void {
    if (this.offset !== undefined) {
      this.onSound(samples, Math.max(0, time + this.offset))
      return
    }
    if (this.earlyBytes > mostEarly) return
    this.early.push({ samples, time })
    this.earlyBytes += samples.length
  }
}
