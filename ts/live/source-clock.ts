/** When frames were captured, by our own clock: what the source's timestamps and their arrivals tell of it. */

/** Milliseconds over which the quickest frame stands for a way without delay; clocks drift by more in an hour. */
const span = 10_000

export class SourceClock {
  private began = -Infinity
  private quickest = Infinity
  private before = Infinity

  /**
   * Milliseconds of our clock at which the frame was captured, if the quickest of the last ones came without delay.
   * @param time the frame's timestamp, ms
   * @param now when it arrived, ms
   */
  captured(time: number, now: number): number {
    if (now - this.began >= span) {
      this.before = this.began === -Infinity ? Infinity : this.quickest
      this.quickest = Infinity
      this.began = now
    }
    this.quickest = Math.min(this.quickest, now - time)
    return time + Math.min(this.quickest, this.before)
  }
}
