/** A picture that was read and recognised, and is decoded when its pixels are asked for. */

import type { Metadata, Sharp } from 'sharp'
import { PdfnetError, throwIfAborted } from '../errors.js'
import { decoding } from './decoding.js'
import { readInput, type PictureInput, type Source } from './input.js'
import { checkSize, resolveLimits, type Limits } from './limits.js'
import { samplesOf, type Depth } from './samples.js'
import { isSameSize, type Size } from './size.js'

export interface OpenPictureOptions {
  /** @default 100 megapixels, 32,768 a side, 64 MiB, 20 s */
  readonly limits?: Partial<Limits> | undefined
  /** Obeyed by `openPicture`, and by what the picture decodes later. */
  readonly signal?: AbortSignal | undefined
}

export interface PictureSamples {
  readonly data: Uint8Array | Uint16Array
  readonly channels: 1 | 3
  /** None is sRGB, or grey as sRGB has it. */
  readonly profile?: Buffer | undefined
}

/** sharp's names of the spaces that samples are kept in. */
export type OwnSpace = 'srgb' | 'rgb16' | 'b-w' | 'grey16'

export interface Picture {
  /** The path, or a description such as "a Buffer of 123 bytes". */
  readonly name: string
  readonly format: Source['format']
  /** Upright: as after the EXIF orientation. */
  readonly width: number
  readonly height: number
  /** Of the samples of `pixels()`: 8 or 16 bits. CMYK comes as 8-bit sRGB. */
  readonly depth: Depth
  readonly hasAlpha: boolean
  /**
   * What the network sees: height × width × 3 samples of sRGB, upright, the colour profile applied, transparency
   * flattened over mid-grey. Decodes at each call. Rejects with ERR_INPUT_CORRUPT, ERR_INPUT_LIMIT or ERR_ABORTED.
   * @param size to shrink it to, as it is decoded: the whole is never in memory. @default its own
   */
  rgb(size?: Size): Promise<Uint8Array>
  /**
   * The original's own samples, upright, with its depth and colour profile, without its alpha; grey stays grey. CMYK is
   * converted to sRGB, since no format for cut-outs holds it.
   */
  pixels(): Sharp
  /** What `pixels()` gives, decoded: height × width × channels samples of its depth, and their colour profile. */
  samples(): Promise<PictureSamples>
  /** The original's own alpha, height × width samples of its depth. */
  ownAlpha(): Promise<Uint8Array | Uint16Array | undefined>
  /**
   * One of its pixels, upright, as a PNG with its EXIF, XMP and IPTC data; undefined where it has none.
   * @param profile whether with its colour profile too
   */
  metadataCarrier(space: OwnSpace, profile: boolean): Promise<Buffer | undefined>
}

/**
 * Reads a picture once and whole, recognises it by its content and checks its header against the limits. Of animations
 * and of files with several pages it is the first. Rejects with ERR_INPUT_*, ERR_ARGUMENT or ERR_ABORTED; pictures of
 * float or 32-bit samples, which have no agreed range, and of spaces other than RGB, grey and CMYK are refused.
 */
export async function openPicture(input: PictureInput, options: OpenPictureOptions = {}): Promise<Picture> {
  const limits = resolveLimits(options.limits)
  const { signal } = options
  throwIfAborted(signal)
  return pictureOf(await readInput(input, limits, signal), limits, signal)
}

/** Checks the header; nothing is decoded yet. */
export async function pictureOf(source: Source, limits: Limits, signal: AbortSignal | undefined): Promise<Picture> {
  const header = await decoding(
    source.open({ failOn, limitInputPixels: false }).metadata(),
    source.name,
    limits,
    signal,
  )
  checkSize(source.name, header.width, header.height, limits)
  checkSamples(source.name, header)
  return new DecodedPicture(source, header, limits, signal)
}

/** Truncation and errors, but not the decoders' warnings: those are of odd but whole files. */
const failOn = 'error'

interface Decoded {
  readonly data: Buffer
  readonly info: { readonly width: number; readonly height: number; readonly channels: number }
}

const midGrey = { r: 128, g: 128, b: 128 }

class DecodedPicture implements Picture {
  readonly name: string
  readonly format: Source['format']
  readonly width: number
  readonly height: number
  readonly depth: Depth
  readonly hasAlpha: boolean
  readonly #source: Source
  readonly #limits: Limits
  readonly #signal: AbortSignal | undefined
  readonly #space: 'rgb' | 'grey' | 'cmyk'
  readonly #wide: boolean
  readonly #profile: Buffer | undefined
  readonly #hasMetadata: boolean

  constructor(source: Source, header: Metadata, limits: Limits, signal: AbortSignal | undefined) {
    this.name = source.name
    this.format = source.format
    this.width = header.autoOrient.width
    this.height = header.autoOrient.height
    this.hasAlpha = header.hasAlpha
    this.#source = source
    this.#limits = limits
    this.#signal = signal
    this.#space = spaces.get(header.space) ?? 'rgb'
    this.#wide = header.depth === 'ushort' && this.#space !== 'cmyk'
    this.#hasMetadata = [header.exif, header.xmp, header.iptc].some((part) => part !== undefined)
    this.#profile = this.#space === 'cmyk' ? undefined : header.icc
    this.depth = this.#wide ? 'ushort' : 'uchar'
  }

  async rgb(size: Size = this): Promise<Uint8Array> {
    const seen = this.#seen().flatten({ background: midGrey }).toColourspace('srgb')
    const shrunk = isSameSize(size, this) ? seen : seen.resize(size.width, size.height, { fit: 'fill' })
    const { data, info } = await this.#decode(shrunk, 'uchar')
    if (info.channels !== 3 || !isSameSize(info, size)) throw this.#unlikeHeader(info)
    return data
  }

  pixels(): Sharp {
    // Only where there is one: sharp would also remove an alpha that is joined to the pipeline later.
    const image = this.hasAlpha ? this.#open().removeAlpha() : this.#open()
    if (this.#space === 'cmyk') return image.toColourspace('srgb')
    return image.keepIccProfile().toColourspace(this.#ownSpace())
  }

  async samples(): Promise<PictureSamples> {
    const { data, info } = await this.#decode(this.pixels(), this.depth)
    const channels = this.#space === 'grey' ? 1 : 3
    if (info.channels !== channels || !isSameSize(info, this)) throw this.#unlikeHeader(info)
    return { data: samplesOf(data, this.depth), channels, profile: this.#profile }
  }

  async ownAlpha(): Promise<Uint8Array | Uint16Array | undefined> {
    if (!this.hasAlpha) return undefined
    const image = this.#open().toColourspace(this.#space === 'cmyk' ? 'srgb' : this.#ownSpace())
    const { data } = await this.#decode(image.extractChannel('alpha'), this.depth)
    return samplesOf(data, this.depth)
  }

  async metadataCarrier(space: OwnSpace, profile: boolean): Promise<Buffer | undefined> {
    if (!this.#hasMetadata) return undefined
    const pixel = this.#open().extract({ left: 0, top: 0, width: 1, height: 1 }).removeAlpha()
    const kept = profile ? pixel.keepMetadata() : pixel.keepExif().keepXmp()
    const work = kept.toColourspace(space).timeout({ seconds: this.#limits.seconds }).png().toBuffer()
    return decoding(work, this.name, this.#limits, this.#signal)
  }

  #open(): Sharp {
    return this.#source.open({ failOn, autoOrient: true, limitInputPixels: this.#limits.pixels })
  }

  #ownSpace(): OwnSpace {
    if (this.#space === 'grey') return this.#wide ? 'grey16' : 'b-w'
    return this.#wide ? 'rgb16' : 'srgb'
  }

  /**
   * sharp converts 16-bit samples with a profile to Display P3 and would hand those values out as sRGB, and ignores the
   * profile of 16-bit grey: so these become 8-bit before the profile is applied.
   */
  #seen(): Sharp {
    const image = this.#open()
    return this.#wide ? image.pipelineColourspace(this.#space === 'grey' ? 'b-w' : 'srgb') : image
  }

  #unlikeHeader({ width, height, channels }: Decoded['info']): PdfnetError {
    const got = `${width}×${height}×${channels}`
    return new PdfnetError('ERR_INPUT_CORRUPT', `${this.name} decodes to ${got}, which is not what its header says`)
  }

  #decode(image: Sharp, depth: Depth): Promise<Decoded> {
    const work = image.timeout({ seconds: this.#limits.seconds }).raw({ depth }).toBuffer({ resolveWithObject: true })
    return decoding(work, this.name, this.#limits, this.#signal)
  }
}

const spaces = new Map<string | undefined, 'rgb' | 'grey' | 'cmyk'>([
  ['srgb', 'rgb'],
  ['rgb', 'rgb'],
  ['rgb16', 'rgb'],
  ['b-w', 'grey'],
  ['grey16', 'grey'],
  ['cmyk', 'cmyk'],
])

function checkSamples(name: string, { depth, space }: Metadata): void {
  if ((depth === 'uchar' || depth === 'ushort') && spaces.has(space)) return
  throw new PdfnetError(
    'ERR_INPUT_REFUSED',
    `${name} holds ${depth} samples of ${space}; expected 8 or 16 bits of RGB, grey or CMYK`,
    { remedy: 'Convert it to 8 or 16 bits a sample of RGB first', details: { depth, space } },
  )
}
