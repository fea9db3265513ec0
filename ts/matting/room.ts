/** Room in memory for decoded pictures: those for which there is none now wait for it, in the order in which they came. */

import { totalmem } from 'node:os'
import { constrainedMemory } from 'node:process'
import { aborted, throwIfAborted } from '../errors.js'

/** Of one picture on its way, at most, with detail tiles and foreground colours: see docs/decisions.md. */
const bytesPerPixel = 16

/** Of the machine's memory, or of its container's. */
const share = 1 / 4

/** Pixels that pictures on their way may have between them on this machine. */
export function machinePixels(): number {
  // Without a limit it is 0, or a number that no machine has.
  const limit = constrainedMemory() || Infinity
  return Math.floor((Math.min(totalmem(), limit) * share) / bytesPerPixel)
}

interface Waiter {
  readonly pixels: number
  readonly enter: () => void
}

export class Room {
  private held = 0
  private readonly waiters = new Set<Waiter>()

  /** @param pixels that are held at a time, at most; a picture that has more is let in alone */
  constructor(private readonly pixels: number) {}

  /** Resolves once they are held. Rejects with ERR_ABORTED, and holds nothing then. */
  async take(pixels: number, signal?: AbortSignal): Promise<void> {
    throwIfAborted(signal)
    if (this.waiters.size === 0 && this.fits(pixels)) {
      this.held += pixels
      return
    }
    await new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        this.waiters.delete(waiter)
        reject(aborted(signal!))
        this.admit()
      }
      const enter = (): void => {
        signal?.removeEventListener('abort', leave)
        resolve()
      }
      const waiter = { pixels, enter }
      this.waiters.add(waiter)
      signal?.addEventListener('abort', leave, { once: true })
    })
  }

  give(pixels: number): void {
    this.held -= pixels
    this.admit()
  }

  private admit(): void {
    for (const waiter of this.waiters) {
      if (!this.fits(waiter.pixels)) return
      this.waiters.delete(waiter)
      this.held += waiter.pixels
      waiter.enter()
    }
  }

  private fits(pixels: number): boolean {
    return this.held === 0 || this.held + pixels <= this.pixels
  }
}
