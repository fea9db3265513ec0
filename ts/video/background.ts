/** What lies below the object of a video, and what it must fit. */

import type { Frame } from '../matting/index.js'
import type { DecodeOptions } from './decode-arguments.js'
import type { VideoInfo } from './probe.js'
import type { Programs } from './programs.js'

export interface Background {
  /**
   * Three samples of one colour, or height × width × 3; they are valid until the next call.
   * @param seconds since the first frame
   */
  readonly at: (frame: Frame, seconds: number) => Promise<Uint8Array>
  /** What a person should know of it. */
  readonly notes: readonly string[]
  /** Never rejects. */
  readonly close: () => Promise<void>
}

/** The video above it. */
export interface Above {
  /** Without them a background is no video. */
  readonly programs: Programs | undefined
  readonly info: Pick<VideoInfo, 'width' | 'height' | 'pixelAspect'>
  /** Absolute; undefined where it is no file. */
  readonly output: string | undefined
  readonly options: Pick<DecodeOptions, 'toneMap' | 'limits' | 'signal'>
}
