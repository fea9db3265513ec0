/** The formats that results are written in, and how each is encoded. */

import { extname } from 'node:path'
import type { Sharp } from 'sharp'
import { PdfnetError } from '../errors.js'

export type OutputFormat = 'png' | 'webp' | 'tiff' | 'avif' | 'jpeg'

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
  if (format === 'jpeg' && alpha) {
    throw new PdfnetError('ERR_OUTPUT_FORMAT', `${path} cannot hold transparency: JPEG has no alpha`, {
      remedy: 'Use .png, .webp, .tiff or .avif, or put it over a background',
    })
  }
  return format
}

/**
 * PNG and TIFF keep every sample; WebP, AVIF and JPEG are lossy and have 8 bits. For PNG, level 2 without filters is the
 * knee: of photographs, 0.8 times the time of zlib's default for 1.01 times the bytes.
 */
export function encode(image: Sharp, format: OutputFormat): Sharp {
  switch (format) {
    case 'png':
      return image.png({ compressionLevel: 2, adaptiveFiltering: false })
    case 'tiff':
      return image.tiff({ compression: 'deflate', predictor: 'horizontal' })
    case 'webp':
      return image.webp({ quality: 90, alphaQuality: 100, smartSubsample: true })
    case 'avif':
      return image.avif({ quality: 70, chromaSubsampling: '4:4:4' })
    case 'jpeg':
      return image.jpeg({ quality: 92, chromaSubsampling: '4:4:4' })
  }
}
