/** How long to wait before a lost connection is tried again: longer each time, never the same for all who lost it. */

const firstWait = 500
const longestWait = 30_000
/** Milliseconds after which a connection counts as one that holds. */
const held = 10_000

export class BackOff {
  private failures = 0

  /** @param random from 0 to 1 */
  constructor(private readonly random: () => number = Math.random) {}

  /**
   * Milliseconds from half of the wait to all of it.
   * @param lasted milliseconds that the connection had lasted
   */
  next(lasted: number): number {
    if (lasted >= held) this.failures = 0
    const wait = Math.min(longestWait, firstWait * 2 ** this.failures)
    this.failures += 1
    return wait * (0.5 + 0.5 * this.random())
  }
}
