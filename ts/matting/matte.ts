/** `Matte`: what came out of one picture, and what can be made of it. */

import type { Sharp } from 'sharp'
import { alphaImage, composite, cutAlpha, cutout, type Alpha, type Picture, type PictureInput } from '../image/index.js'
import type { StageTimings } from '../runtime/index.js'
import type { Tensor } from '../tensor.js'

/** Milliseconds. */
export interface MatteTimings extends StageTimings {
  /** Reading and decoding the picture. */
  readonly decode: number
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

  /** @param matte height × width, uint8 or uint16 */
  static async of(picture: Picture, matte: Tensor, timings: MatteTimings): Promise<Matte> {
    const { width, height } = picture
    const { data } = matte
    const alpha: Alpha =
      matte.dtype === 'uint16'
        ? {
            data: new Uint16Array(data.buffer, data.byteOffset, width * height),
            width,
            height,
            channels: 1,
            depth: 'ushort',
          }
        : { data, width, height, channels: 1, depth: 'uchar' }
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
