/** When frames were captured, by our own clock: what the source's timestamps and their arrivals tell of it. */

/** Milliseconds over which the quickest frame stands for a way without delay; clocks drift by more in an hour. */
const span = 10_000

/** Milliseconds that timestamps may be ahead of what has passed since the frame before, and frames that may have one time. */
const mostAhead = 10_000
const mostAtOnce = 10

export class SourceClock {
  private began = -Infinity
  private quickest = Infinity
  private before = Infinity
  private latest: { readonly time: number; readonly now: number } | undefined
  private standing = 0

  /**
   * Whether its timestamps go on from another time than the frames before them. (FFmpeg lets them stand still while they
   * would go back.)
   */
  get hasJumped(): boolean {
    return this.standing >= mostAtOnce
  }

  /**
   * Milliseconds of our clock at which the frame was captured, if the quickest of the last ones came without delay.
   * @param time the frame's timestamp, ms
   * @param now when it arrived, ms
   */
  captured(time: number, now: number): number {
    this.look(time, now)
    if (now - this.began >= span) {
      this.before = this.began === -Infinity ? Infinity : this.quickest
      this.quickest = Infinity
      this.began = now
    }
    this.quickest = Math.min(this.quickest, now - time)
    return time + Math.min(this.quickest, this.before)
  }

  private look(time: number, now: number): void {
    const { latest } = this
    this.latest = { time, now }
    if (latest === undefined || this.hasJumped) return
    if (time - latest.time - (now - latest.now) > mostAhead) this.standing = mostAtOnce
    else this.standing = time > latest.time ? 0 : this.standing + 1
  }
}
