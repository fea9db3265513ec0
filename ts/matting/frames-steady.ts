/** Alphas that are steady from frame to frame, and how much they flicker. */

import { addon, type FrameMemories } from '../native.js'
import type { Frame } from './frame.js'

/**
 * Of the frame's pixels where neither the picture moves nor the alpha is surely background or surely foreground, in this
 * frame and in the one before.
 */
export interface Steadiness {
  /** How many they are. */
  readonly pixels: number
  /** Sum of half the squared differences from the frame before, alpha from 0 to 1, as the engines gave it. */
  readonly raw: number
  /** The same of the alpha that the frame has. */
  readonly result: number
}

/** `measure` leaves alpha as it is. */
export type SteadyMode = 'measure' | 'smooth'

interface Kept extends FrameMemories {
  readonly width: number
  readonly height: number
}

export class Steadier {
  private before: Kept | undefined
  private spare: Kept | undefined

  constructor(private readonly mode: SteadyMode) {}

  /** Smooths the frame's alpha. A cut and another size begin anew. Rejects with ERR_MEMORY. */
  async of({ alpha, rgb, width, height, isCut }: Frame): Promise<Steadiness> {
    const size = { width, height }
    const before = isCut || !fits(this.before, size) ? undefined : this.before
    const now = fits(this.spare, size) ? this.spare! : keep(size)
    const flicker = new Float64Array(3)
    await addon().steady(alpha, flicker, rgb, size, now, before, this.mode === 'smooth')
    this.spare = this.before
    this.before = now
    return { pixels: flicker[0]!, raw: flicker[1]!, result: flicker[2]! }
  }
}

function fits(kept: Kept | undefined, { width, height }: { width: number; height: number }): boolean {
  return kept?.width === width && kept.height === height
}

function keep(size: { width: number; height: number }): Kept {
  const samples = (channels: number): Uint8Array => new Uint8Array(channels * size.width * size.height)
  return { ...size, rgb: samples(3), raw: samples(1), result: samples(1) }
}
