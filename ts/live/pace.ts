/** How long the next frame is waited for: as long as the engines are busy anyway, so that it is the newest then. */

import type { Frame } from '../matting/index.js'

/** What a frame still waits on its way, so that a hiccup of ours leaves no engine idle: milliseconds, and of its work. */
const spare = { time: 3, share: 0.05 }
/** Of what is too much or too little. Down is steeper: a frame that comes too late costs more than one too early. */
const gain = { up: 1 / 16, down: 1 / 2 }

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
    const tooLong = queued + now - computedAt - spare.time - spare.share * work
    this.milliseconds = Math.max(0, this.milliseconds + tooLong * (tooLong > 0 ? gain.up : gain.down))
  }
}
