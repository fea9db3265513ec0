/** What the addon computes on its own threads: all that touches pixels outside of the engines. */

/** How the samples of a frame lie in memory, without gaps between rows. */
export interface FrameFormat {
  readonly format: 'rgba' | 'nv12' | 'i420'
  readonly width: number
  readonly height: number
  /** Of nv12 and i420. */
  readonly matrix?: 'bt601' | 'bt709' | 'bt2020'
  /** Of nv12 and i420: 0–255, or 16–235 with 16–240 for colour differences. */
  readonly range?: 'full' | 'limited'
}

export interface MaskMeasures {
  /** How much of the picture is the truth's object, 0…1. */
  readonly objectShare: number
  readonly mae: number
  readonly structure: number
  readonly weightedF: number
  readonly boundaryIou: number
  /** Clicks. */
  readonly humanCorrectionEffort: number
  /** Curves of 256 points, by threshold from 255 down to 0. */
  readonly precision: readonly number[]
  readonly recall: readonly number[]
  /** β² = 0.3. */
  readonly f: readonly number[]
  readonly e: readonly number[]
}

export interface MatteMeasures {
  /** Sum of absolute differences, in thousands of pixels. */
  readonly sad: number
  readonly mse: number
  /** In thousands, as connectivity. */
  readonly gradient: number
  readonly connectivity: number
}

export interface IntegrityMeasures {
  /** Variances of depth as 0…1, weighted by the alpha and by what it leaves. */
  readonly varianceInside: number
  readonly varianceOutside: number
  /** The integrity-prior loss that PDFNet is trained with. */
  readonly loss: number
}

/** Of a picture, in pixels. */
export interface Extent {
  readonly width: number
  readonly height: number
}

/** A rectangle in a picture. */
export interface Part extends Extent {
  readonly left: number
  readonly top: number
}

/** How a tile's weight grows from one of its sides, in pixels: not over the first `start`, then over `length`. */
export interface Ramp {
  readonly start: number
  readonly length: number
}

export interface TilePlace extends Part {
  readonly fromLeft: Ramp
  readonly fromTop: Ramp
  readonly fromRight: Ramp
  readonly fromBottom: Ramp
}

/** How far two mattes are of one mind: as the means over 3×3 cells differ, 0 to 1. */
export interface Agreement {
  /** Pixels of a cell's side. */
  readonly cell: number
  /** Up to this difference the tile counts in full. */
  readonly same: number
  /** From this one on it counts nothing. */
  readonly other: number
  /** Up to this share of the coarse mean, 0 to 1, may be gone; where all of it is, the tile counts nothing. */
  readonly lost: number
  /** How much further from 0 and 1, whichever is nearer, the tile may be in the mean: up to this it counts in full. */
  readonly sure: number
  /** From this on it counts nothing. */
  readonly unsure: number
  /** Where the coarse matte steps no more than this, 0 to 1, between an eighth of a cell and the next, its mean stays. */
  readonly flat: number
  /** From this step on the mean is the tile's. */
  readonly steep: number
}

/** What is kept of a frame for the next one: its samples, and its alpha as it came and as it went. */
export interface FrameMemories {
  readonly rgb: Uint8Array
  readonly raw: Uint8Array
  readonly result: Uint8Array
}

/** A frame that comes after the one that is smoothed: its samples, and its alpha as it came. */
export interface LaterFrame {
  readonly rgb: Uint8Array
  readonly alpha: Uint8Array
}

export interface PixelAddon {
  /**
   * `target[i] = round(target[i] × other[i] / max)` for 8- or 16-bit samples, on the addon's pool.
   * Both hold the same number of samples; `target` and `other` are leased until it resolves.
   */
  multiply(target: Uint8Array | Uint16Array, other: Uint8Array | Uint16Array): Promise<void>
  /**
   * Measures a prediction of height × width samples against a truth, which is the object above 128, on the addon's pool.
   * The prediction's own range is stretched to 0…1 first. The arrays are leased until it resolves.
   */
  measureMask(prediction: Uint8Array, truth: Uint8Array, width: number, height: number): Promise<MaskMeasures>
  /** Measures an alpha against a true one. */
  measureMatte(alpha: Uint8Array, truth: Uint8Array, width: number, height: number): Promise<MatteMeasures>
  /** Measures how well an alpha and the depth of its picture go together. */
  measureIntegrity(
    alpha: Uint8Array,
    truth: Uint8Array,
    depth: Uint8Array,
    width: number,
    height: number,
  ): Promise<IntegrityMeasures>
  /** A frame's samples as height × width × 3, on the addon's pool; all memory is leased until it resolves. */
  toRgb(target: Uint8Array, source: Uint8Array, format: FrameFormat): Promise<void>
  /** Pixels of three samples and their alpha as pixels of four. As `toRgb`. */
  joinAlpha(target: Uint8Array, rgb: Uint8Array, alpha: Uint8Array): Promise<void>
  /**
   * `target` becomes the frame's brightness in a grid of 32 × 32; `apart` how far that is from `before`, 0 to 1: cell by
   * cell, and as histograms. As `toRgb`.
   * @param pixels `step` bytes apart: brightness where that is 1, RGB first where it is 3 or 4
   */
  glance(
    target: Uint8Array,
    apart: Float64Array,
    pixels: Uint8Array,
    before: Uint8Array,
    size: Extent,
    step: number,
  ): Promise<void>
  /**
   * Remembers a frame in `now` and compares it with `before`; with `smooth`, `alpha` is averaged with the frame before and
   * with those that come `later`, at most 8, along the picture's motion. As `toRgb`.
   * @param flicker becomes the number of pixels in the static band, and the sums of half their squared changes, alpha
   * from 0 to 1, before and after smoothing; it is left alone where there is no frame before
   */
  steady(
    alpha: Uint8Array,
    flicker: Float64Array,
    rgb: Uint8Array,
    size: Extent,
    now: FrameMemories,
    before: FrameMemories | undefined,
    later: readonly LaterFrame[],
    smooth: boolean,
  ): Promise<void>
  /**
   * `target = round(rgb × alpha + background × (1 − alpha))`, of pixels of three samples. As `toRgb`.
   * @param background as large as `rgb`, or the three samples of one colour
   */
  blend(target: Uint8Array, rgb: Uint8Array, alpha: Uint8Array, background: Uint8Array): Promise<void>
  /**
   * `target` becomes the blurred picture without its subject: a Gaussian mean in which each pixel of `rgb` counts by what
   * `alpha` leaves of it. As `toRgb`.
   * @param sigma standard deviation in pixels, 1 to 1000
   */
  blurRest(target: Uint8Array, rgb: Uint8Array, alpha: Uint8Array, size: Extent, sigma: number): Promise<void>
  /**
   * Gives `target` the samples of `picture`, and where `alpha` is soft an estimate of the foreground's own colours. All
   * are of 8 or all of 16 bits, one or three samples a pixel, memory apart. As `toRgb`.
   * @param width in pixels
   */
  foreground(
    target: Uint8Array | Uint16Array,
    picture: Uint8Array | Uint16Array,
    alpha: Uint8Array | Uint16Array,
    width: number,
  ): Promise<void>
  /**
   * `target` becomes 255 for foreground, 0 for background, and 128 within `reach` pixels, by the larger of both axes, of
   * what is soft or of a step between them. As `toRgb`.
   */
  trimap(target: Uint8Array, alpha: Uint8Array | Uint16Array, width: number, reach: number): Promise<void>
  /**
   * `target` becomes left, top, width and height of the rectangle around the subject, in pixels: around all that is at
   * least a tenth opaque but for specks. Width is 0 where nothing is half opaque. As `toRgb`.
   */
  bounds(target: Int32Array, alpha: Uint8Array | Uint16Array, width: number): Promise<void>
  /** Gives the system the memory of samples that nobody wants any more, which are lost; the array stays. As `toRgb`. */
  discard(pixels: Uint8Array | Uint16Array): Promise<void>
  /**
   * Copies a part of a picture, left and right swapped where `mirrored` says so. As `toRgb`.
   * @param bytes of a pixel, 1 to 16
   */
  crop(
    target: Uint8Array,
    picture: Uint8Array,
    size: Extent,
    part: Part,
    bytes: number,
    mirrored: boolean,
  ): Promise<void>
  /** The share of pixels in each part that are neither background nor foreground, 0 to 1. As `toRgb`. */
  unsettled(shares: Float32Array, alpha: Uint16Array, size: Extent, parts: readonly Part[]): Promise<void>
  /**
   * Lays a tile's matte into the picture's: `result += weight × agreement × (tile − coarse)`. As `toRgb`.
   * @param result began as a copy of `coarse`
   */
  blendTile(
    result: Uint16Array,
    coarse: Uint16Array,
    tile: Uint16Array,
    size: Extent,
    place: TilePlace,
    agreement: Agreement,
  ): Promise<void>
  /** The least and the greatest of the values, NaN both where one is not finite. As `toRgb`. */
  range(found: Float64Array, values: Float32Array): Promise<void>
  /** `target = round(source ÷ 257)`. As `toRgb`. */
  narrow(target: Uint8Array, source: Uint16Array): Promise<void>
  /** The entropy of each sample in bits, 0 to 1 as 0 to 255, and their mean, 0 to 1. As `toRgb`. */
  entropy(target: Uint8Array, mean: Float64Array, alpha: Uint16Array): Promise<void>
  /** Adds each sample's logit to the sums, and its alpha, 0 to 1, where there are sums for it. As `toRgb`. */
  addMatte(
    logits: Float32Array,
    alphas: Float32Array | undefined,
    matte: Uint16Array,
    size: Extent,
    mirrored: boolean,
  ): Promise<void>
  /** The alpha of the mean logit, and the mean alpha where it was added, of `passes` mattes. As `toRgb`. */
  meanMattes(
    alpha: Uint16Array,
    mean: Uint16Array | undefined,
    logits: Float32Array,
    alphas: Float32Array | undefined,
    passes: number,
  ): Promise<void>
}
