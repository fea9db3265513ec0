/** The output's timestamps: those of the input, on one line through all of its connections. */

export class Timeline {
  private offset: number | undefined
  private latest = -1

  /** A connection begins, with timestamps of its own. */
  restart(): void {
    this.offset = undefined
  }

  /**
   * Microseconds of a frame, always later than those of the one before.
   * @param time its own, µs
   * @param now µs since the beginning: where a connection's first frame stands
   */
  frame(time: number, now: number): number {
    this.offset ??= Math.round(now) - time
    this.latest = Math.max(this.latest + 1, time + this.offset)
    return this.latest
  }

  /** Microseconds of the sound at that time of the connection; undefined before its first frame. */
  sound(time: number): number | undefined {
    return this.offset === undefined ? undefined : Math.max(0, time + this.offset)
  }
}
