/** A video below another: shown in its own time from its beginning, over and over. */

import type { Size } from '../image/index.js'
import type { RawFrame } from '../matting/index.js'
import type { Above, Background } from './background.js'
import { Decoder } from './decode.js'
import { probeVideo, type VideoInfo } from './probe.js'
import type { Programs } from './programs.js'

/** So that times of equal frames, counted in different ticks, are equal. */
const almost = 1e-6

/** Rejects with an ERR_INPUT… that names the file. Its frames are scaled to cover and cropped at their centre. */
export async function openBackgroundVideo(
  path: string,
  programs: Programs,
  { info, options }: Above,
): Promise<Background> {
  const below = await probeVideo(programs, path, options.limits, options.signal)
  const cropped = { ...below, width: info.width, height: info.height }
  const decoder = new Decoder(programs, cropped, { ...options, isEndless: true, cover: coverOf(below, info) })
  const shown = new ShownFrame(decoder, below)
  const close = (): Promise<void> => shown.close()
  try {
    await shown.start()
  } catch (error) {
    await close()
    throw error
  }
  return { at: (_, seconds) => shown.at(seconds), notes: notesOf(below), close }
}

/** The size, at least that of the video above, to which it is scaled before it is cropped. */
export function coverOf(below: VideoInfo, above: Above['info']): Size {
  const aspect = ({ pixelAspect: { num, den } }: Above['info']): number => num / den
  const width = (below.width * aspect(below)) / aspect(above)
  const scale = Math.max(above.width / width, above.height / below.height)
  const side = (length: number, least: number): number => Math.max(least, Math.round(length * scale))
  return { width: side(width, above.width), height: side(below.height, above.height) }
}

class ShownFrame {
  private readonly frames: AsyncGenerator<RawFrame, void, undefined>
  private current: RawFrame | undefined
  private following: RawFrame | undefined

  constructor(
    private readonly decoder: Decoder,
    private readonly info: VideoInfo,
  ) {
    this.frames = decoder.frames()
  }

  /** Rejects as `Decoder.frames` does. */
  async start(): Promise<void> {
    this.current = await this.next()
    this.following = await this.next()
  }

  /** The latest frame that is not later. The last one stays where times end or do not grow. */
  async at(seconds: number): Promise<Uint8Array> {
    while (this.following && this.secondsOf(this.following) <= seconds + almost) {
      this.decoder.recycle(this.current!)
      this.current = this.following
      this.following = await this.next()
    }
    return this.current!.data
  }

  async close(): Promise<void> {
    await this.frames.return().catch(() => undefined)
  }

  private async next(): Promise<RawFrame | undefined> {
    const { value, done } = await this.frames.next()
    const isLater = done !== true && value.timestamp > (this.following?.timestamp ?? -Infinity)
    return isLater ? value : undefined
  }

  private secondsOf({ timestamp }: RawFrame): number {
    return (timestamp * this.info.timeBase.num) / this.info.timeBase.den
  }
}

function notesOf({ frames, frameRate }: VideoInfo): readonly string[] {
  const seconds = frames && frameRate ? ` of ${((frames * frameRate.den) / frameRate.num).toFixed(2)} s` : ''
  return [`its background${seconds} is repeated where it is shorter`]
}
