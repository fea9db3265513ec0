/** `Matte`: what came out of one picture, and what can be made of it. */

import type { Sharp } from 'sharp'
import { alphaImage, composite, cutAlpha, cutout, type Alpha, type Picture, type PictureInput } from '../image/index.js'
import type { StageTimings } from '../runtime/index.js'

/** Milliseconds. */
export interface MatteTimings extends StageTimings {
  /** Reading and decoding the picture; where it is shrunk, only reading it. */
  readonly decode: number
  /** Only of a picture with a side above 8192: decoding it to the size that the engines are given. */
  readonly shrink?: number
  /** Only of such a picture: bringing its alpha to its own size. */
  readonly enlarge?: number
}

export class Matte {
  private constructor(
    private readonly picture: Picture,
    /** How much of each pixel belongs to the object; of the picture's own size and depth, upright. */
    readonly alpha: Alpha,
    /** `alpha` times the picture's own transparency. */
    private readonly visible: Alpha,
    readonly timings: MatteTimings,
  ) {}

  /** @param alpha of the picture's own size and depth */
  static async of(picture: Picture, alpha: Alpha, timings: MatteTimings): Promise<Matte> {
    return new Matte(picture, alpha, await cutAlpha(picture, alpha), timings)
  }

  get width(): number {
    return this.alpha.width
  }

  get height(): number {
    return this.alpha.height
  }

  /** The alpha as a picture of one channel, in 8 or 16 bits. */
  alphaImage(): Sharp {
    return alphaImage(this.alpha)
  }

  /** The picture's own pixels, depth and colour profile, with the matte as their alpha. */
  cutout(): Sharp {
    return cutout(this.picture, this.visible)
  }

  /** The object over a colour (`'#fff'`, `'white'`) or over another picture, which is scaled to cover. */
  composite(background: PictureInput): Promise<Sharp> {
    return composite(this.picture, this.visible, background)
  }
}
