/** What of a matted frame is encoded: its cut-out, its alpha, or the object over a background. */

import { backgroundSamples, type Size } from '../image/index.js'
import { FrameMemory, type Frame } from '../matting/index.js'
import { addon } from '../native.js'
import type { Pixels } from './matroska.js'
import type { VideoKind } from './options.js'

export interface Picture {
  readonly pixels: Pixels
  /** The samples of one frame. They are valid until the next call, or until the frame's time is over. */
  readonly of: (frame: Frame) => Promise<Uint8Array>
}

/** Rejects as `backgroundSamples` does. */
export async function pictureOf(kind: VideoKind, background: string | undefined, size: Size): Promise<Picture> {
  if (kind === 'cutout') return { pixels: 'rgba', of: (frame) => frame.rgba() }
  if (kind === 'alpha') return { pixels: 'gray', of: (frame) => Promise.resolve(frame.alpha) }
  const below = await backgroundSamples(background!, size)
  const target = new FrameMemory(1).take(3 * size.width * size.height)
  const of = async ({ rgb, alpha }: Frame): Promise<Uint8Array> => {
    await addon().blend(target, rgb, alpha, below)
    return target
  }
  return { pixels: 'rgb24', of }
}
