/** The formats that results are written in, and how each is encoded. */

import { extname } from 'node:path'
import type { Sharp } from 'sharp'
import { badArgument, PdfnetError } from '../errors.js'

export const outputFormats = ['png', 'webp', 'tiff', 'avif', 'jpeg'] as const
export type OutputFormat = (typeof outputFormats)[number]

const extensions = new Map<string, OutputFormat>([
  ['.png', 'png'],
  ['.webp', 'webp'],
  ['.tif', 'tiff'],
  ['.tiff', 'tiff'],
  ['.avif', 'avif'],
  ['.jpg', 'jpeg'],
  ['.jpeg', 'jpeg'],
])

/**
 * The format that a path's extension names. Throws ERR_OUTPUT_FORMAT for any other, and for JPEG where the result has
 * alpha, which JPEG cannot hold.
 */
export function formatOf(path: string, { alpha = false }: { readonly alpha?: boolean } = {}): OutputFormat {
  const format = extensions.get(extname(path).toLowerCase())
  if (format === undefined) {
    const known = [...extensions.keys()].join(', ')
    throw new PdfnetError('ERR_OUTPUT_FORMAT', `the extension of ${path} names no format; expected one of ${known}`)
  }
  checkFormat(format, path, alpha)
  return format
}

/** Throws ERR_OUTPUT_FORMAT for JPEG where the result has alpha. */
export function checkFormat(format: OutputFormat, name: string, alpha: boolean): void {
  if (format !== 'jpeg' || !alpha) return
  throw new PdfnetError('ERR_OUTPUT_FORMAT', `${name} cannot hold transparency: JPEG has no alpha`, {
    remedy: 'Use .png, .webp, .tiff or .avif, or put it over a background',
  })
}

/** The effort of encoding that `encode` takes where none is given. */
const usualEffort = { png: 2, webp: 6, avif: 4 } as const

/**
 * PNG and TIFF keep every sample; WebP, AVIF and JPEG are lossy and have 8 bits. For PNG, level 2 without filters is the
 * knee: of photographs, 0.8 times the time of zlib's default for 1.01 times the bytes.
 * @param effort time for bytes, from 1 to 9; of TIFF and JPEG it says nothing. @default what suits the format
 */
export function encode(image: Sharp, format: OutputFormat, effort?: number): Sharp {
  if (effort !== undefined && !(Number.isInteger(effort) && effort >= 1 && effort <= 9)) {
    throw badArgument('effort', 'an integer from 1 to 9', effort)
  }
  switch (format) {
    case 'png':
      return image.png({ compressionLevel: effort ?? usualEffort.png, adaptiveFiltering: (effort ?? 0) > 6 })
    case 'tiff':
      return image.tiff({ compression: 'deflate', predictor: 'horizontal' })
    case 'webp': {
      // libwebp knows 0 to 6.
      const method = Math.round(((effort ?? usualEffort.webp) * 2) / 3)
      return image.webp({ quality: 90, alphaQuality: 100, smartSubsample: true, effort: method })
    }
    case 'avif':
      return image.avif({ quality: 70, chromaSubsampling: '4:4:4', effort: effort ?? usualEffort.avif })
    case 'jpeg':
      return image.jpeg({ quality: 92, chromaSubsampling: '4:4:4' })
  }
}
