/** How long the next frame is waited for: as long as the engines are busy anyway, so that it is the newest then. */

import type { Frame } from '../matting/index.js'

/** What a frame still waits on its way, so that a hiccup of ours leaves no engine idle: milliseconds, and of its work. */
const spare = { time: 3, share: 0.05 }
/** Of what was too long; and of the wait itself, where nothing was left to spare. */
const gain = { up: 1 / 16, down: 1 / 4 }
/** Times its work that a frame may have waited too long: a hiccup is longer, and says nothing of the next frames. */
const most = 2

export class Pace {
  private milliseconds = 0

  /** Milliseconds from the moment when there is a place for a frame until it is taken. */
  get wait(): number {
    return this.milliseconds
  }

  /** @param now when it came out, in milliseconds */
  came({ timings, computedAt }: Pick<Frame, 'timings' | 'computedAt'>, now: number): void {
    const { queued, ...stages } = timings
    const work = Object.values(stages).reduce((sum, time) => sum + time, 0)
    const wanted = spare.time + spare.share * work
    const tooLong = Math.min(queued + now - computedAt - wanted, most * work)
    // Down in proportion: frames that came too late are never later than by all that was to spare.
    this.milliseconds += tooLong > 0 ? gain.up * tooLong : (gain.down * this.milliseconds * tooLong) / wanted
  }
}
