/** How ffmpeg is told to receive live video: raw frames, their times, and the sound as raw samples. */

import { rawSound, type VideoInfo } from '../video/index.js'
import type { RawFrame } from '../matting/index.js'
import type { InputEndpoint } from './endpoint.js'

/** What its frames' samples mean. */
export type SampleMeaning = Required<Pick<RawFrame, 'matrix' | 'range'>>

/** Of FFmpeg's matrices, those that the addon knows; frames of others are brought to BT.709. */
const known: Readonly<Record<string, SampleMeaning['matrix']>> = {
  bt709: 'bt709',
  bt2020: 'bt2020',
  smpte170m: 'bt601',
  bt470: 'bt601',
}

export function sampleMeaning({ colour: { matrix, range } }: VideoInfo): SampleMeaning {
  return {
    matrix: known[matrix ?? ''] ?? 'bt709',
    range: matrix !== undefined && range === 'pc' ? 'full' : 'limited',
  }
}

/** What the source is was seen when it was probed; and no frame waits for later ones in other threads. */
const receiving = ['-fpsprobesize', '0', '-analyzeduration', '1M', '-probesize', '5M', '-thread_type', 'slice']

/**
 * Each frame is held back until its time. Unlike `-re`, which looks every 10 ms whether to read on, this is exact. A pause
 * that is longer is passed over: it could not be told from a source that stalls.
 */
const atItsRate = 'realtime=limit=5,'

/**
 * Frames are I420 on pipe 1: half the bytes of RGB, and only those that are matted are converted. A line of framecrc for
 * each on pipe 3 has its time in microseconds; on pipe 4 is the sound, where there is some, as `rawSound` says, without
 * gaps from time 0.
 */
export function ingestArguments(input: InputEndpoint, info: VideoInfo): string[] {
  const { width, height, isInterlaced, colour, audio, stream } = info
  const from = colour.matrix === undefined ? '' : `:in_color_matrix=${colour.matrix}:in_range=${colour.range}`
  const to = `:out_color_matrix=${outputMatrix(info)}:out_range=${sampleMeaning(info).range === 'full' ? 'pc' : 'tv'}`
  const graph = [
    `[0:${stream}]${input.isPulled ? atItsRate : ''}${isInterlaced ? 'bwdif=mode=send_frame:deint=interlaced,' : ''}split[picture][copy]`,
    `[picture]scale=${width}:${height}:flags=bilinear${from}${to},format=yuv420p[frames]`,
    '[copy]crop=2:2:0:0:exact=1,scale,format=gray[times]',
  ].join(';')
  const timed = ['-c:v', 'rawvideo', '-fps_mode', 'passthrough', '-enc_time_base', '1:1000000', '-flush_packets', '1']
  const { rate, channels } = rawSound
  const shape = ['-ac', `${channels}`, '-c:a', 'pcm_s16le', '-flush_packets', '1', '-f', 's16le']
  const sound = ['-map', '0:a:0', '-af', `aresample=${rate}:async=1000:first_pts=0`, ...shape, 'pipe:4']
  return [
    ...receiving,
    ...input.arguments,
    ...['-filter_complex', graph],
    ...['-map', '[frames]', ...timed, '-f', 'rawvideo', 'pipe:1'],
    ...['-map', '[times]', ...timed, '-f', 'framecrc', 'pipe:3'],
    ...(audio.length > 0 ? sound : []),
  ]
}

function outputMatrix({ colour: { matrix } }: VideoInfo): string {
  return matrix !== undefined && Object.hasOwn(known, matrix) ? matrix : 'bt709'
}
