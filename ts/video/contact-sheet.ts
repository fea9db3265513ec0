/** A picture that shows at a glance what came out: frames of evenly spaced times, their mattes and their cut-outs. */

import sharp, { type Sharp } from 'sharp'
import { sizeWithin, writePicture, type Size } from '../image/index.js'
import type { Frame } from '../matting/index.js'
import type { Target } from './target.js'
import { timeLabel } from './time-label.js'

const rows = 6
const longerSide = 320
const gap = 8

interface Sample {
  readonly seconds: number
  /** Of the sheet's cells: height × width × 3, and the same with alpha. */
  readonly original: Buffer
  readonly matte: Buffer
  readonly cutout: Buffer
}

/** A `Preview`. */
export class ContactSheet {
  private readonly cell: Size
  /** One of every `stride` frames; at most twice as many as there are rows. */
  private samples: readonly Sample[] = []
  private stride = 1
  private count = 0

  /**
   * @param shape of the frames as they are shown
   */
  constructor(
    private readonly target: Target,
    shape: Size,
  ) {
    this.cell = sizeWithin(shape, longerSide)
  }

  async add(frame: Frame, seconds: number): Promise<void> {
    const isNext = this.count++ % this.stride === 0
    if (!isNext) return
    this.samples = [...this.samples, await this.sampleOf(frame, seconds)]
    if (this.samples.length < 2 * rows) return
    this.samples = this.samples.filter((_, index) => index % 2 === 0)
    this.stride *= 2
  }

  async finish(): Promise<void> {
    const { samples } = this
    const shown = Math.min(rows, samples.length)
    const chosen = Array.from(
      { length: shown },
      (_, row) => samples[Math.floor(((row + 0.5) * samples.length) / shown)]!,
    )
    await writePicture(await this.draw(chosen), this.target.written)
    await this.target.keep()
    await this.target.release()
  }

  /** The frames before an abort are worth looking at. */
  async stop(isAborted: boolean): Promise<void> {
    if (isAborted && this.samples.length > 0) await this.finish().catch(() => undefined)
    await this.target.discard()
  }

  private async sampleOf({ rgb, alpha, width, height }: Frame, seconds: number): Promise<Sample> {
    const shrink = (data: Uint8Array, channels: 1 | 3): Promise<Buffer> =>
      raw(data, { width, height }, channels)
        .resize(this.cell.width, this.cell.height, { fit: 'fill' })
        .toColourspace(channels === 1 ? 'b-w' : 'srgb')
        .raw()
        .toBuffer()
    const [original, soft] = await Promise.all([shrink(rgb, 3), shrink(alpha, 1)])
    const { width: columns, height: lines } = this.cell
    const cutout = raw(original, this.cell, 3).joinChannel(soft, {
      raw: { width: columns, height: lines, channels: 1 },
    })
    const matte = raw(soft, this.cell, 1).toColourspace('srgb')
    return { seconds, original, matte: await matte.raw().toBuffer(), cutout: await cutout.raw().toBuffer() }
  }

  private async draw(samples: readonly Sample[]): Promise<Sharp> {
    const { width, height } = this.cell
    const size = { width: 3 * width + 4 * gap, height: samples.length * (height + gap) + gap }
    const place = (column: number, row: number): { left: number; top: number } => ({
      left: gap + column * (width + gap),
      top: gap + row * (height + gap),
    })
    const cells = samples.flatMap(({ original, matte, cutout }, row) =>
      ([original, matte, cutout] as const).map((input, column) => {
        const channels = column === 2 ? 4 : 3
        return { input, raw: { width, height, channels }, ...place(column, row) } as const
      }),
    )
    const boards = samples.map((_, row) => board(place(2, row), this.cell)).join('')
    const labels = samples.map(({ seconds }, row) => timeLabel(seconds, gap, place(0, row).top + height)).join('')
    const sheet = sharp(drawing(size, `${checkers}<rect width="100%" height="100%" fill="#fff"/>${boards}`))
    const pixels = await sheet
      .composite([...cells, { input: drawing(size, labels), left: 0, top: 0 }])
      .removeAlpha()
      .raw()
      .toBuffer()
    return raw(pixels, size, 3)
  }
}

const checkers =
  '<pattern id="checkers" width="16" height="16" patternUnits="userSpaceOnUse"><rect width="16" height="16" fill="#999"/>' +
  '<path d="M0 0h8v16h8v-8H0z" fill="#ccc"/></pattern>'

function board({ left, top }: { left: number; top: number }, { width, height }: Size): string {
  return `<rect x="${left}" y="${top}" width="${width}" height="${height}" fill="url(#checkers)"/>`
}

function drawing({ width, height }: Size, content: string): Buffer {
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${content}</svg>`)
}

function raw(data: Uint8Array, { width, height }: Size, channels: 1 | 3): Sharp {
  return sharp(data, { raw: { width, height, channels }, limitInputPixels: false })
}
