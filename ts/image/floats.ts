/** A picture's first channel as floats: of 8 or 16 bits, a float TIFF, .npy or .pfm. For maps rather than photographs. */

import { setImmediate } from 'node:timers/promises'
import sharp, { type Sharp } from 'sharp'
import { decoding } from './decoding.js'
import { encodedSource, readInput, readNamed, type PictureInput } from './input.js'
import { checkSize, resolveLimits } from './limits.js'
import { isNpy, parseNpy } from './npy.js'
import { isPfm, readPfm } from './pfm.js'
import { pictureOf, type OpenPictureOptions } from './picture.js'
import type { Size } from './size.js'

export interface FloatPlane extends Size {
  /** Height × width, upright; in the samples' own range. */
  readonly data: Float32Array
}

const unlimited = { limitInputPixels: false } as const

/** Rejects as `openPicture` does. */
export async function readFloats(input: PictureInput, options: OpenPictureOptions): Promise<FloatPlane> {
  const limits = resolveLimits(options.limits)
  const { signal } = options
  const floats = async (name: string, image: Sharp): Promise<FloatPlane> => {
    const work = image.timeout({ seconds: limits.seconds }).raw({ depth: 'float' })
    const { data, info } = await decoding(work.toBuffer({ resolveWithObject: true }), name, limits, signal)
    const { width, height } = info
    const { buffer, byteOffset } = data.byteOffset % 4 === 0 ? data : new Uint8Array(data)
    return { data: new Float32Array(buffer, byteOffset, width * height), width, height }
  }
  const named = await readNamed(input, limits, signal)
  if (named && isNpy(named.bytes)) {
    const { data, width, height } = parseNpy(named.name, named.bytes)
    checkSize(named.name, width, height, limits)
    if (data instanceof Float32Array) return { data, width, height }
    if (data instanceof Float64Array) return { data: await narrowed(data), width, height }
    return floats(named.name, channelOf(data, { width, height, channels: 1 }))
  }
  if (named && isPfm(named.bytes)) return readPfm(named.name, named.bytes, limits)
  const source = named ? encodedSource(named.name, named.bytes) : await readInput(input, limits, signal)
  const { name } = source
  const header = await decoding(source.open(unlimited).metadata(), name, limits, signal)
  if (header.format === 'tiff' && header.depth === 'float') {
    checkSize(name, header.width, header.height, limits)
    const image = source.open({ autoOrient: true, ...unlimited })
    return floats(name, image.extractChannel(0).toColourspace('b-w'))
  }
  const picture = await pictureOf(source, limits, signal)
  const { width, height } = picture
  const { data, channels } = await picture.samples()
  return floats(name, channelOf(data, { width, height, channels }))
}

/** Doubles at a turn of the event loop. */
const narrowedAtOnce = 2 ** 20

/** libvips has no way for them: it would take them for samples of 16 bits. */
async function narrowed(doubles: Float64Array): Promise<Float32Array> {
  const floats = new Float32Array(doubles.length)
  for (let at = 0; at < doubles.length; at += narrowedAtOnce) {
    floats.set(doubles.subarray(at, at + narrowedAtOnce), at)
    await setImmediate()
  }
  return floats
}

/** In its own space: otherwise 16 bits would become 8 on the way to floats, and RGB grey. */
function channelOf(data: Uint8Array | Uint16Array, raw: Size & { readonly channels: 1 | 3 }): Sharp {
  const [narrow, wide] = raw.channels === 3 ? (['srgb', 'rgb16'] as const) : (['b-w', 'grey16'] as const)
  const space = data instanceof Uint16Array ? wide : narrow
  return sharp(data, { raw, ...unlimited })
    .toColourspace(space)
    .extractChannel(0)
}
