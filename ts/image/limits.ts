/** How large and how slow a picture may be before it is refused. */

import { badArgument, PdfnetError } from '../errors.js'

export interface Limits {
  /** Width × height. */
  readonly pixels: number
  /** The longer of width and height, in pixels. */
  readonly side: number
  /** Encoded bytes; of raw pixels and sharp pipelines, only `pixels` and `side` count. */
  readonly bytes: number
  /** Whole seconds that one decode may take, at most 3600. */
  readonly seconds: number
}

export const defaultLimits: Limits = { pixels: 100e6, side: 32_768, bytes: 64 * 2 ** 20, seconds: 20 }

/** Fills in the defaults. Throws ERR_ARGUMENT where a limit is not a positive whole number. */
export function resolveLimits(limits: Partial<Limits> = {}): Limits {
  const resolved = { ...defaultLimits, ...limits }
  for (const name of Object.keys(defaultLimits) as (keyof Limits)[]) {
    const value: unknown = resolved[name]
    if (!Number.isSafeInteger(value) || (value as number) < 1)
      throw badArgument(`limits.${name}`, 'a positive whole number', value)
  }
  if (resolved.seconds > 3600) throw badArgument('limits.seconds', 'at most 3600', resolved.seconds)
  return resolved
}

/** Throws ERR_INPUT_LIMIT, from the size that a header declares, before anything is decoded. */
export function checkSize(name: string, width: number, height: number, limits: Limits): void {
  const pixels = width * height
  if (pixels <= limits.pixels && Math.max(width, height) <= limits.side) return
  const allowed = `at most ${limits.pixels} pixels and ${limits.side} a side`
  const details = { width, height, pixels, limits }
  throw new PdfnetError('ERR_INPUT_LIMIT', `${name} is ${width}×${height}; expected ${allowed}`, { details })
}
