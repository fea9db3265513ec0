/** Sizes of pictures, and the one at which a large picture is shown to a network. */

import { badArgument } from '../errors.js'

/** In pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

/**
 * The size itself where no side is above `largest`; else the same shape with its longer side of `largest` and the other
 * at least 1. Throws ERR_ARGUMENT.
 */
export function sizeWithin({ width, height }: Size, largest: number): Size {
  if (!Number.isSafeInteger(largest) || largest < 1) throw badArgument('largest', 'a positive whole number', largest)
  const scale = Math.min(1, largest / Math.max(width, height))
  const shrunk = (side: number): number => Math.max(1, Math.round(side * scale))
  return { width: shrunk(width), height: shrunk(height) }
}

export function isSameSize(one: Size, other: Size): boolean {
  return one.width === other.width && one.height === other.height
}
