/** Raw frames with their timestamps as a Matroska stream, which ffmpeg reads from a pipe. */

/** How the samples of a frame lie in memory. */
export type Pixels = 'rgba' | 'rgb24' | 'gray'

export interface RawStream {
  readonly pixels: Pixels
  readonly width: number
  readonly height: number
  /** Microseconds that a frame usually lasts, where that is known. */
  readonly frameDuration: number | undefined
  /** Whether there is a track of sound: see `rawSound`. */
  readonly hasSound?: boolean
}

/** Sound beside raw frames: little-endian signed samples. */
export const rawSound = { rate: 48_000, channels: 2, bytesPerSecond: 192_000 } as const

export const bytesPerPixel: Readonly<Record<Pixels, number>> = { rgba: 4, rgb24: 3, gray: 1 }

/** As FFmpeg names uncompressed samples. */
const fourcc: Readonly<Record<Pixels, Buffer>> = {
  rgba: Buffer.from('RGBA'),
  rgb24: Buffer.from([0x52, 0x47, 0x42, 24]),
  gray: Buffer.from('Y800'),
}

const tracks = { video: 1, sound: 2 } as const
const unknownSize = Buffer.from('01ffffffffffffff', 'hex')

/** What stands before the frames. */
export function matroskaHeader({ pixels, width, height, frameDuration, hasSound }: RawStream): Buffer {
  const ebml = element('1a45dfa3', element('4282', Buffer.from('matroska')), number('4287', 4), number('4285', 2))
  // Microseconds, in nanoseconds.
  const info = element('1549a966', number('2ad7b1', 1000), text('4d80', 'pdfnet-trt'), text('5741', 'pdfnet-trt'))
  const shape = element('e0', number('b0', width), number('ba', height), element('2eb524', fourcc[pixels]))
  const duration = frameDuration === undefined ? [] : [number('23e383', Math.round(frameDuration * 1000))]
  const video = trackEntry(tracks.video, 1, 'V_UNCOMPRESSED', ...duration, shape)
  const entries = hasSound === true ? [video, soundEntry()] : [video]
  return Buffer.concat([ebml, Buffer.from('18538067', 'hex'), unknownSize, info, element('1654ae6b', ...entries)])
}

/**
 * What stands before a frame's data.
 * @param timestamp microseconds, from 0
 */
export function matroskaFrame(timestamp: number, bytes: number): Buffer {
  return blockHeader(tracks.video, timestamp, bytes)
}

/** As `matroskaFrame`, before samples of sound. */
export function matroskaSound(timestamp: number, bytes: number): Buffer {
  return blockHeader(tracks.sound, timestamp, bytes)
}

function trackEntry(track: number, type: number, codec: string, ...others: readonly Buffer[]): Buffer {
  const ids = [number('d7', track), number('73c5', track), number('83', type), number('9c', 0)]
  return element('ae', ...ids, text('86', codec), ...others)
}

function soundEntry(): Buffer {
  const rate = Buffer.alloc(8)
  rate.writeDoubleBE(rawSound.rate)
  const shape = element('e1', element('b5', rate), number('9f', rawSound.channels), number('6264', 16))
  return trackEntry(tracks.sound, 2, 'A_PCM/INT/LIT', shape)
}

function blockHeader(track: number, timestamp: number, bytes: number): Buffer {
  const time = number('e7', timestamp)
  // The track, no offset from the cluster's time, a key frame.
  const block = Buffer.concat([Buffer.from('a3', 'hex'), size(bytes + 4), Buffer.from([0x80 | track, 0, 0, 0x80])])
  const length = time.length + block.length + bytes
  return Buffer.concat([Buffer.from('1f43b675', 'hex'), size(length), time, block])
}

function element(id: string, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  return Buffer.concat([Buffer.from(id, 'hex'), size(content.length), content])
}

function number(id: string, value: number): Buffer {
  const content = Buffer.alloc(8)
  content.writeBigUInt64BE(BigInt(value))
  return element(id, content)
}

function text(id: string, value: string): Buffer {
  return element(id, Buffer.from(value))
}

/** Eight bytes, of which the first says so. */
function size(bytes: number): Buffer {
  const content = Buffer.alloc(8)
  content.writeBigUInt64BE(BigInt(bytes) | (1n << 56n))
  return content
}
