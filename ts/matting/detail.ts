/** Detail tiles: a picture larger than the network's input is looked at again, piece by piece, where its edges are. */

import type { Size } from '../image/index.js'
import { addon, type Agreement, type TilePlace } from '../native.js'
import type { ChainItem, ChainResult, PictureTensor } from '../runtime/index.js'
import type { Tensor } from '../tensor.js'
import { copyOf, samplesOf } from './bytes.js'
import { inOrder } from './in-order.js'
import { tileGrid } from './tile-grid.js'

/** Tiles that `auto` looks at: those with the most soft pixels. */
export const mostTiles = 32

/** Of a tile's pixels: fewer soft ones are no edge. A straight one through the whole tile has ten times as many. */
const leastSoft = 0.0005

/** Tiles on their way at a time, and the bytes that they may take, beside the picture's own 16 a pixel. */
export const mostTogether = 8
const mostBytes = 48 * 2 ** 20

/** Of a tile: its pixels' samples, and its matte. */
const bytesPerPixel = 3 + 2

/** Pixels of the coarse matte along a cell: means over 3×3 of them are compared, which span a few of the network's own. */
const coarsePerCell = 8

/**
 * On scenes of known alpha, wires and hair that the coarse matte blurs differ by up to 0.2, and what a tile invents or
 * loses by 0.5 and more, or by nearly all that the coarse matte has there: the net of a racket is a fifth. A tile that sees
 * too little of an object makes it translucent, and what is sharper is nearer to 0 and 1: so it may not be further. Glass
 * and what is out of focus has no steep edges in the coarse matte: there a tile knows less of the whole, and only what it
 * shows finer than a cell is taken.
 */
const agreed = { same: 0.2, other: 0.45, lost: 0.7, sure: 0.02, unsure: 0.1, flat: 0.2, steep: 0.5 } as const

export interface Refinement {
  readonly picture: PictureTensor
  /** The whole picture's matte, of its size. */
  readonly coarse: Uint16Array<ArrayBuffer>
  /** Of the network's input. */
  readonly input: Size
  /** `auto`: where the coarse matte is soft, at most `mostTiles`; `full`: everywhere. */
  readonly detail: 'auto' | 'full'
  /** Pseudo-depth of the whole picture: each tile takes its part. */
  readonly depth?: Tensor | undefined
  readonly signal?: AbortSignal | undefined
}

export interface Refined {
  readonly alpha: Uint16Array<ArrayBuffer>
  /** Of each tile's inference. */
  readonly timings: readonly ChainResult['timings'][]
}

type Infer = (item: ChainItem, signal?: AbortSignal) => Promise<ChainResult>

/** Whether tiles can show more than the whole picture did. */
export function isLargerThan(picture: Size, input: Size): boolean {
  return picture.width > input.width || picture.height > input.height
}

/**
 * A tile is matted as a picture of its own, and laid over the coarse matte only at its edges, and where the two agree once
 * both are blurred: so it may sharpen an edge, and neither lose nor invent an object. Rejects as `infer` does.
 */
export async function refine(refinement: Refinement, infer: Infer): Promise<Refined> {
  const { picture, coarse, input, signal } = refinement
  const places = await chooseTiles(refinement)
  if (places.length === 0) return { alpha: coarse, timings: [] }
  const alpha = await copyOf(coarse, picture)
  const agreement = agreementOf(picture, input)
  const together = Math.min(mostTogether, Math.floor(mostBytes / (input.width * input.height * bytesPerPixel))) || 1
  // One more than are on their way: that which is blended.
  const unused = tileMemories(places[0]!, Math.min(together + 1, places.length))
  const work = async (place: TilePlace, unwanted: AbortSignal) => {
    const memory = unused.pop()!
    return { place, memory, ...(await tileOf(refinement, place, memory, infer, unwanted)) }
  }
  const timings: ChainResult['timings'][] = []
  // One after the other, in one order: whatever runs at the same time, the same bytes come out.
  for await (const { place, memory, matte, timings: times } of inOrder(places, work, together, signal)) {
    await addon().blendTile(alpha, coarse, samplesOf(matte), picture, place, agreement)
    unused.push(memory)
    timings.push(times)
  }
  return { alpha, timings }
}

async function chooseTiles({ picture, coarse, input, detail }: Refinement): Promise<readonly TilePlace[]> {
  const grid = tileGrid(picture, input)
  if (detail === 'full') return grid
  const shares = new Float32Array(grid.length)
  await addon().unsettled(shares, coarse, picture, grid)
  const soft = grid.map((place, index) => ({ place, index, share: shares[index]! }))
  return soft
    .filter(({ share }) => share >= leastSoft)
    .sort((one, other) => other.share - one.share || one.index - other.index)
    .slice(0, mostTiles)
    .map(({ place }) => place)
}

function agreementOf(picture: Size, input: Size): Agreement {
  const ratio = Math.max(picture.width / input.width, picture.height / input.height)
  return { cell: Math.max(1, Math.round(coarsePerCell * ratio)), ...agreed }
}

/** All tiles of a picture have the same size. */
interface TileMemory {
  readonly data: Uint8Array
  /** Of its matte. */
  readonly into: Uint8Array
}

/**
 * Used again, as what is dropped is not collected at once; and all of it in one piece: once V8 finds that there is much,
 * it stops the event loop for up to 10 ms of marking at each allocation.
 */
function tileMemories({ width, height }: Size, count: number): TileMemory[] {
  const pixels = width * height
  const whole = Buffer.allocUnsafeSlow(count * pixels * bytesPerPixel)
  const part = (at: number, bytes: number): Uint8Array => whole.subarray(at * pixels, (at + bytes) * pixels)
  return Array.from({ length: count }, (_, index) => ({
    data: part(2 * count + 3 * index, 3),
    into: part(2 * index, 2),
  }))
}

async function tileOf(
  { picture, depth }: Refinement,
  place: TilePlace,
  { data, into }: TileMemory,
  infer: Infer,
  signal: AbortSignal,
): Promise<ChainResult> {
  const { width, height } = place
  await addon().crop(data, picture.data, picture, place, 3, false)
  const part = depth && (await depthPart(depth, picture, place))
  return infer({ picture: { data, width, height }, type: 'uint16', into, ...(part && { depth: part }) }, signal)
}

/** The part of the depth map that covers the tile, a pixel more at most. */
async function depthPart({ dtype, shape, data }: Tensor, picture: Size, place: TilePlace): Promise<Tensor> {
  const [height, width] = shape as [number, number]
  const [across, down] = [width / picture.width, height / picture.height]
  const left = Math.min(Math.floor(place.left * across), width - 1)
  const top = Math.min(Math.floor(place.top * down), height - 1)
  const part = {
    ...{ left, top },
    width: Math.min(Math.ceil((place.left + place.width) * across), width) - left,
    height: Math.min(Math.ceil((place.top + place.height) * down), height) - top,
  }
  const target = Buffer.allocUnsafeSlow(part.width * part.height * 4)
  await addon().crop(target, data, { width, height }, part, 4, false)
  return { dtype, shape: [part.height, part.width], data: target }
}
