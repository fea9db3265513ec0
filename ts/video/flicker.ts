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

/** Sums over frames. */
export interface BandSums {
  readonly cuts: number
  readonly pixels: number
  readonly raw: number
  readonly result: number
}

export class StaticBand {
  /** @param sums of the frames before */
  constructor(private total: BandSums = { cuts: 0, pixels: 0, raw: 0, result: 0 }) {}

  add({ steadiness, isCut, source }: Frame): void {
    const { cuts, pixels, raw, result } = this.total
    this.total = {
      cuts: cuts + (isCut && source.isCut !== true ? 1 : 0),
      pixels: pixels + (steadiness?.pixels ?? 0),
      raw: raw + (steadiness?.raw ?? 0),
      result: result + (steadiness?.result ?? 0),
    }
  }

  get sums(): BandSums {
    return this.total
  }

  /** Those that were found, without those that the source told of. */
  get cuts(): number {
    return this.total.cuts
  }

  get flicker(): Flicker {
    const { pixels, raw, result } = this.total
    return pixels === 0 ? { raw: undefined, result: undefined } : { raw: raw / pixels, result: result / pixels }
  }
}
