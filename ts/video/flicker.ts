/** How much the alphas of a video flicker where its picture stands still. */

import type { Frame } from '../matting/index.js'

/**
 * Temporal variances of alpha, 0 to 1, in the static band: where neither the picture moves nor alpha is surely
 * background or surely foreground. Half the mean squared change from frame to frame; undefined where nothing
 * is static, or where it was not asked for.
 */
export interface Flicker {
  /** As the engines gave alpha. */
  readonly raw: number | undefined
  /** As it was written: smaller with `smooth`. */
  readonly result: number | undefined
}

export class StaticBand {
  cuts = 0
  private pixels = 0
  private raw = 0
  private result = 0

  add({ steadiness, isCut }: Frame): void {
    if (isCut) this.cuts += 1
    if (!steadiness) return
    this.pixels += steadiness.pixels
    this.raw += steadiness.raw
    this.result += steadiness.result
  }

  get flicker(): Flicker {
    if (this.pixels === 0) return { raw: undefined, result: undefined }
    return { raw: this.raw / this.pixels, result: this.result / this.pixels }
  }
}
