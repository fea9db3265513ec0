/** What of a matted frame is encoded: its cut-out, its alpha, or the object over a background. */

import { FrameMemory, type Frame } from '../matting/index.js'
import { addon } from '../native.js'
import type { Above } from './background.js'
import type { Pixels } from './matroska.js'
import { openBackground } from './open-background.js'
import type { VideoKind } from './options.js'

export interface Picture {
  readonly pixels: Pixels
  /**
   * The samples of one frame. They are valid until the next call, or until the frame's time is over.
   * @param seconds since the first frame
   */
  readonly of: (frame: Frame, seconds: number) => Promise<Uint8Array>
  /** What a person should know of it. */
  readonly notes: readonly string[]
  /** Never rejects. */
  readonly close: () => Promise<void>
}

const plain = { notes: [], close: () => Promise.resolve() } as const

/** Rejects as `openBackground` does. */
export async function openPicture(kind: VideoKind, background: string | undefined, above: Above): Promise<Picture> {
  if (kind === 'cutout') return { ...plain, pixels: 'rgba', of: (frame) => frame.rgba() }
  if (kind === 'alpha') return { ...plain, pixels: 'gray', of: (frame) => Promise.resolve(frame.alpha) }
  const { at, notes, close } = await openBackground(background!, above)
  const target = new FrameMemory(1).take(3 * above.info.width * above.info.height)
  const of = async (frame: Frame, seconds: number): Promise<Uint8Array> => {
    await addon().blend(target, frame.rgb, frame.alpha, await at(frame, seconds))
    return target
  }
  return { pixels: 'rgb24', of, notes, close }
}
