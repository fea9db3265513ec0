/** From a picture's pixels to its alpha: the picture as a whole, its detail tiles, and how uncertain both leave it. */

import { discard, enlarge, isSameSize, type Alpha, type Picture, type Size } from '../image/index.js'
import { addon } from '../native.js'
import type { ChainItem, ChainResult, PictureTensor, StageTimings } from '../runtime/index.js'
import type { Tensor } from '../tensor.js'
import { averagePasses } from './augmentation.js'
import { samplesOf } from './bytes.js'
import { isLargerThan, refine, type Refined } from './detail.js'
import type { MatteOptions } from './options.js'
import { timed } from './timed.js'

/** Brings one picture through a chain. */
export type Infer = (item: ChainItem, signal?: AbortSignal) => Promise<ChainResult>

export interface NetworkSizes {
  /** Of the network's input. */
  readonly input: Size
  /** The longest side that the chain takes, in pixels: a picture with a longer one is shrunk for it. */
  readonly largest: number
  /** The same network at other sizes, for augmentation. */
  readonly scaled?: readonly Infer[]
}

/** How uncertain a matte is of each pixel, in bits: 0 where alpha is 0 or 1, 255 (1 bit) where it is a half. */
export interface Uncertainty extends Alpha {
  /** Over the whole picture, in bits: 0 to 1. */
  readonly mean: number
}

export interface Inferred {
  /** Of the picture's own size and depth. */
  readonly alpha: Alpha
  readonly uncertainty?: Uncertainty
  /** As the depth network gave it, or as it was given. */
  readonly depth?: Tensor
  readonly timings: StageTimings & {
    readonly decode: number
    readonly shrink?: number
    readonly enlarge?: number
    readonly detail?: number
  }
}

type Timings = Omit<Inferred['timings'], 'decode' | 'shrink'>
type Undecoded = Omit<Inferred, 'timings'> & { readonly timings: Timings }
type Options = Pick<MatteOptions, 'augment' | 'detail' | 'uncertainty' | 'signal'>

/** What the whole picture gave, at the size that the chain saw. */
interface Coarse {
  readonly matte: Tensor
  /** Of augmentations without detail tiles: the mean of their alphas, which is softer where they differ. */
  readonly mean?: Uint16Array<ArrayBuffer> | undefined
  readonly depth?: Tensor | undefined
  readonly timings: StageTimings
}

/**
 * @param size that the chain sees: the picture's own, or smaller
 * @param depth pseudo-depth that stands in for the depth network's
 */
export function inferPicture(
  picture: Picture,
  size: Size,
  infer: Infer,
  sizes: NetworkSizes,
  options: Options,
  depth?: Tensor,
): Promise<Inferred> {
  return lend(picture, size, async (seen, decoding) => {
    const { timings, ...rest } = await inferPixels(seen, picture, infer, sizes, options, depth)
    const decode = isSameSize(size, picture) ? { decode: decoding } : { decode: 0, shrink: decoding }
    return { ...rest, timings: { ...decode, ...timings } }
  })
}

/** A picture's pixels, which are lost when `use` ends. */
async function lend<T>(
  picture: Picture,
  size: Size,
  use: (pixels: PictureTensor, decoding: number) => Promise<T>,
): Promise<T> {
  const [data, decoding] = await timed(picture.rgb(size))
  try {
    return await use({ data, width: size.width, height: size.height }, decoding)
  } finally {
    discard(data)
  }
}

async function inferPixels(
  seen: PictureTensor,
  picture: Picture,
  infer: Infer,
  { input, scaled }: NetworkSizes,
  options: Options,
  depth?: Tensor,
): Promise<Undecoded> {
  const { augment = false, detail = 'off', uncertainty = false, signal } = options
  const isWhole = isSameSize(seen, picture)
  const tiles = detail === 'off' || !isLargerThan(picture, input) ? undefined : detail
  const isWide = picture.depth === 'ushort' || !isWhole || augment || uncertainty || tiles !== undefined
  const item: ChainItem = {
    ...{ picture: seen, type: isWide ? 'uint16' : 'uint8' },
    ...(depth ? { depth } : { wantDepth: true }),
  }
  const passes = { scaled, wantsMean: uncertainty && !tiles, signal }
  const coarse: Coarse = augment ? await averagePasses(item, infer, passes) : await infer(item, signal)
  const usedDepth = depth ?? coarse.depth
  if (!isWide) return { ...finished(alphaOf(coarse.matte, seen), usedDepth), timings: coarse.timings }

  const depthOfAlpha = uncertainty || tiles ? 'ushort' : picture.depth
  const grow = (matte: Alpha): Promise<Alpha> => enlarge(matte, picture, { depth: depthOfAlpha, signal })
  const whole = alphaOf(coarse.matte, seen)
  const [grown, enlarging] = isWhole ? [whole, 0] : await timed(grow(whole))
  let alpha = grown
  let timings: Timings = { ...coarse.timings, ...(!isWhole && { enlarge: enlarging }) }
  if (tiles) {
    const refinement = { coarse: wideSamples(grown), input, detail: tiles, depth: usedDepth, signal }
    const refineAll = (full: PictureTensor): Promise<Refined> => refine({ picture: full, ...refinement }, infer)
    const [refined, refining] = await timed(isWhole ? refineAll(seen) : lend(picture, picture, refineAll))
    alpha = { ...grown, data: refined.alpha }
    timings = { ...timings, detail: refining }
  }
  const doubted = coarse.mean ? { ...whole, data: coarse.mean } : undefined
  const doubt = uncertainty && (await uncertaintyOf(doubted ? (isWhole ? doubted : await grow(doubted)) : alpha))
  const last = alpha.depth === picture.depth ? alpha : await narrowed(alpha)
  return { ...finished(last, usedDepth), ...(doubt && { uncertainty: doubt }), timings }
}

function finished(alpha: Alpha, depth: Tensor | undefined): Pick<Inferred, 'alpha' | 'depth'> {
  return { alpha, ...(depth && { depth }) }
}

/** @param matte height × width, uint8 or uint16 */
function alphaOf(matte: Tensor, { width, height }: Size): Alpha {
  const size = { width, height, channels: 1 } as const
  if (matte.dtype === 'uint8') return { data: matte.data, ...size, depth: 'uchar' }
  return { data: samplesOf(matte), ...size, depth: 'ushort' }
}

function wideSamples({ data }: Alpha): Uint16Array<ArrayBuffer> {
  return data as Uint16Array<ArrayBuffer>
}

async function uncertaintyOf(alpha: Alpha): Promise<Uncertainty> {
  const { width, height } = alpha
  const data = Buffer.allocUnsafeSlow(width * height)
  const mean = new Float64Array(1)
  await addon().entropy(data, mean, wideSamples(alpha))
  return { data, width, height, channels: 1, depth: 'uchar', mean: mean[0]! }
}

/** To 8 bits: the one time that a matte is rounded to them. */
async function narrowed(alpha: Alpha): Promise<Alpha> {
  const data = Buffer.allocUnsafeSlow(alpha.width * alpha.height)
  await addon().narrow(data, wideSamples(alpha))
  return { ...alpha, data, depth: 'uchar' }
}
