/** How fast frames are written, and how long the rest will take. */

import type { VideoProgress } from './options.js'

const milliseconds = 200

export class Pace {
  private readonly began = performance.now()
  private told = 0
  private count: number

  constructor(
    private readonly total: number | undefined,
    private readonly onProgress: ((progress: VideoProgress) => void) | undefined,
    /** Frames that were written before. */
    private readonly before = 0,
  ) {
    this.count = before
  }

  get frames(): number {
    return this.count
  }

  /** Tells of it a few times a second. */
  wrote(): void {
    this.count += 1
    const now = performance.now()
    if (!this.onProgress || now - this.told < milliseconds) return
    this.told = now
    const framesPerSecond = ((this.count - this.before) * 1000) / (now - this.began)
    const { total, count: frames } = this
    const left = total === undefined ? undefined : Math.max(0, total - frames) / framesPerSecond
    this.onProgress({ frames, total, framesPerSecond, left })
  }
}
