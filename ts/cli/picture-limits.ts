/** The flag that takes larger pictures than usual. */

import { InvalidArgumentError, Option } from 'commander'
import { defaultLimits, type Limits } from '../image/index.js'

export interface PictureLimitFlag {
  readonly megapixels?: Partial<Limits>
}

const most = 1000

/** Of four samples of 16 bits. */
const mostBytesPerPixel = 8

export function megapixelsFlag(): Option {
  return new Option(
    '--megapixels <n>',
    'the largest pictures to take, with files as large as those are uncompressed (default: 100, of 64 MiB)',
  ).argParser(parseLimits)
}

/** Bytes and seconds grow with the pixels, and are never less than usual. */
function parseLimits(text: string): Partial<Limits> {
  const megapixels = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (megapixels < 1 || megapixels > most) throw new InvalidArgumentError(`Expected a whole number from 1 to ${most}.`)
  const pixels = megapixels * 1e6
  return {
    pixels,
    bytes: Math.max(defaultLimits.bytes, pixels * mostBytesPerPixel),
    seconds: Math.ceil(defaultLimits.seconds * Math.max(1, pixels / defaultLimits.pixels)),
  }
}
