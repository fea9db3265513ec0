/** What was changed or guessed about a video, for a person to read. */

import type { Codec } from './codecs.js'
import { pixelFormatOf } from './encode-arguments.js'
import type { Ratio, VideoInfo } from './probe.js'

export function notesOf(info: VideoInfo, codec: Codec): readonly string[] {
  const { colour, bits, isInterlaced, audio, width, height } = info
  const lost = codec.sound === undefined && audio.length > 0
  const changed =
    codec.sound && codec.sound.keeps !== 'any' ? audio.filter((one) => !codec.sound!.keeps.includes(one)) : []
  return [
    ...(colour.isGuess ? [`its colour matrix is not tagged: taken for ${colour.matrix ?? ''}`] : []),
    ...(colour.isHdr ? ['HDR was tone-mapped to SDR'] : []),
    ...(bits > 8 ? [`its ${bits} bits a sample were brought to 8`] : []),
    ...(isInterlaced ? ['it was deinterlaced, a frame for each of its frames'] : []),
    ...(lost ? [`${codec.name} holds no sound: it was left out`] : []),
    ...(changed.length > 0 ? [`its sound (${changed.join(', ')}) was encoded again as ${codec.sound!.encoder}`] : []),
    ...(pixelFormatOf(codec, width, height) !== codec.pixelFormat ? ['its size is odd: written as 4:4:4'] : []),
  ]
}

/** @param at ticks after the beginning; undefined where its size does not change */
export function resizeNotes(
  { width, height }: VideoInfo,
  at: number | undefined,
  { num, den }: Ratio,
): readonly string[] {
  if (at === undefined) return []
  const seconds = ((at * num) / den).toFixed(2)
  return [`its size changes, ${seconds} s after where it began: from there frames were scaled to ${width}×${height}`]
}
