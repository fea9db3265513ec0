/** `Matte`: what came out of one picture, and what can be made of it. */

import type { Sharp } from 'sharp'
import {
  alphaImage,
  composite,
  cropAlpha,
  cropPicture,
  cutAlpha,
  cutout,
  depthImage,
  foregroundOf,
  subjectArea,
  trimapImage,
  withMetadata,
  type Alpha,
  type Area,
  type Picture,
  type PictureInput,
} from '../image/index.js'
import { badArgument, PdfnetError } from '../errors.js'
import type { StageTimings } from '../runtime/index.js'
import type { Tensor } from '../tensor.js'
import type { DepthMap } from './given-depth.js'
import type { Inferred, Uncertainty } from './inference.js'
import type { MatteOptions } from './options.js'

/** Milliseconds. */
export interface MatteTimings extends StageTimings {
  /** Reading and decoding the picture; where it is shrunk, only reading it. */
  readonly decode: number
  /** Only of a picture with a side above 8192: decoding it to the size that the engines are given. */
  readonly shrink?: number
  /** Only of such a picture: bringing its alpha to its own size. */
  readonly enlarge?: number
  /** Only of a picture with detail tiles: all that they took. */
  readonly detail?: number
  /** Decoding the picture's own samples and estimating the foreground's colours. */
  readonly foreground?: number
}

/** What a matte is made of. */
interface MatteParts {
  readonly original: Picture
  /** The original, or its twin with the foreground's own colours. */
  readonly colours: Picture
  readonly alpha: Alpha
  /** `alpha` times the original's own transparency. */
  readonly visible: Alpha
  readonly uncertainty?: Uncertainty | undefined
  readonly pseudoDepth?: DepthMap | undefined
}

export interface CropOptions {
  /** Around the subject, as a share of the longer side of its rectangle: 0 to 10; it ends at the picture. @default 0 */
  readonly margin?: number | undefined
}

export interface TrimapOptions {
  /**
   * How far, in pixels, the unknown band reaches beyond what is soft: 0 to 65,536.
   * @default a two-hundredth of the longer side
   */
  readonly width?: number | undefined
}

export class Matte {
  private constructor(
    private readonly parts: MatteParts,
    readonly timings: MatteTimings,
  ) {}

  static async of(
    original: Picture,
    { alpha, uncertainty, depth, timings }: Inferred,
    { foreground = true, signal }: Pick<MatteOptions, 'foreground' | 'signal'> = {},
  ): Promise<Matte> {
    const visible = await cutAlpha(original, alpha)
    const rest = { alpha, visible, uncertainty, pseudoDepth: depth && depthMapOf(depth) }
    if (!foreground) return new Matte({ original, colours: original, ...rest }, timings)
    const began = performance.now()
    const colours = await foregroundOf(original, alpha, signal)
    return new Matte({ original, colours, ...rest }, { ...timings, foreground: performance.now() - began })
  }

  /**
   * How much of each pixel belongs to the subject; of the picture's own size and depth, upright. All 0, or nearly, where
   * the picture has no subject.
   */
  get alpha(): Alpha {
    return this.parts.alpha
  }

  /**
   * The entropy of each pixel's alpha, with its mean; where augmentations ran and no detail tiles, of their mean alpha,
   * which is softer where they differ. Undefined unless it was asked for; of a cropped matte too.
   */
  get uncertainty(): Uncertainty | undefined {
    return this.parts.uncertainty
  }

  /**
   * The pseudo-depth that the network was given, of a size of its own: `MatteOptions.depth` takes it for the same picture
   * again. Undefined where the model takes none; of a cropped matte too.
   */
  get pseudoDepth(): DepthMap | undefined {
    return this.parts.pseudoDepth
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

  /**
   * The picture in its own depth and colour profile, with the matte as its alpha. Its samples are the picture's own, but
   * where the matte is soft the foreground's (see `MatteOptions.foreground`).
   */
  cutout(): Sharp {
    return cutout(this.parts.colours, this.parts.visible)
  }

  /**
   * The subject over a colour (`'#fff'`, `'white'`), over another picture, which is scaled to cover, or over the blurred
   * original without the subject (`'blur'`, or `'blur:12'` for a standard deviation of 12 pixels).
   */
  composite(background: PictureInput): Promise<Sharp> {
    const { original, colours, visible } = this.parts
    return composite({ original, colours }, visible, background)
  }

  /**
   * A picture of one channel of 8 bits: 255 for foreground, 0 for background, 128 for the unknown band between them.
   * Rejects with ERR_ARGUMENT.
   */
  trimap({ width }: TrimapOptions = {}): Promise<Sharp> {
    return trimapImage(this.alpha, width)
  }

  /** The uncertainty as a picture of one channel of 8 bits. Throws ERR_ARGUMENT where it was not asked for. */
  uncertaintyImage(): Sharp {
    if (this.uncertainty === undefined) throw badArgument('uncertainty', 'true, of matte()', undefined)
    return alphaImage(this.uncertainty)
  }

  /**
   * The pseudo-depth as a picture of one channel of 16 bits, the farthest 0 and the nearest 65,535; of its own size.
   * Rejects with ERR_ARGUMENT where there is none.
   */
  async depthImage(): Promise<Sharp> {
    if (this.pseudoDepth === undefined) throw badArgument('depth', 'a model that takes pseudo-depth', undefined)
    return depthImage(this.pseudoDepth)
  }

  /**
   * Where the subject is, in pixels: the rectangle around all that is at least a tenth opaque, but for specks. Undefined
   * where nothing is half opaque: the picture has no subject. Rejects with ERR_ARGUMENT.
   */
  subject({ margin = 0 }: CropOptions = {}): Promise<Area | undefined> {
    return subjectArea(this.parts.visible, margin)
  }

  /** The matte of the subject's rectangle alone. Rejects with ERR_SUBJECT_MISSING where there is none, or ERR_ARGUMENT. */
  async crop(options: CropOptions = {}): Promise<Matte> {
    const { original, colours, alpha, visible } = this.parts
    const area = await this.subject(options)
    if (area === undefined) {
      throw new PdfnetError('ERR_SUBJECT_MISSING', `there is no subject in ${original.name}: nothing is half opaque`)
    }
    const cropped = await cropPicture(colours, visible, area)
    const parts = {
      original: colours === original ? cropped : await cropPicture(original, visible, area),
      colours: cropped,
      alpha: await cropAlpha(alpha, area),
      visible: await cropAlpha(visible, area),
    }
    return new Matte(parts, this.timings)
  }

  /**
   * What was made of the matte, with the EXIF, XMP and IPTC data of the original; without this they are stripped, as
   * they may say where a picture was taken and by whom. A colour profile is always kept.
   */
  withMetadata(image: Sharp): Promise<Sharp> {
    return withMetadata(image, this.parts.original)
  }
}

function depthMapOf({ data, shape }: Tensor): DepthMap {
  const [height, width] = shape as [number, number]
  return { data: new Float32Array(data.buffer, data.byteOffset, width * height), width, height }
}
