/** How ffmpeg is told to encode and send live video, frame by frame, as soon as they come. */

import { matrixTag, usualMatrix, type VideoInfo } from '../video/index.js'
import type { OutputEndpoint } from './endpoint.js'

/** H.264, which all outputs take: in software, or on an NVIDIA GPU. */
export const liveEncoders = ['libx264', 'h264_nvenc'] as const
export type LiveEncoder = (typeof liveEncoders)[number]

/** Without frames that wait for later ones. */
const settings: Readonly<Record<LiveEncoder, readonly string[]>> = {
  libx264: ['-preset', 'veryfast', '-tune', 'zerolatency'],
  h264_nvenc: ['-preset', 'p4', '-tune', 'ull', '-zerolatency', '1', '-bf', '0'],
}

/** Bits a second and pixel where no rate is asked for: 6 Mbit/s at 1080p. */
const usualBits = 3
const soundBits = '160k'
const secondsBetweenKeyFrames = 2

export interface EgressOptions {
  readonly encoder: LiveEncoder
  /** Bits a second. */
  readonly bitrate: number | undefined
}

export function egressArguments(output: OutputEndpoint, info: VideoInfo, options: EgressOptions): string[] {
  const { width, height, audio, pixelAspect, colour } = info
  const matrix = colour.matrix ?? usualMatrix
  const filters = [
    // What is watched live has even sides: 4:2:0 cannot halve others.
    'crop=trunc(iw/2)*2:trunc(ih/2)*2:0:0',
    `scale=flags=bilinear:in_range=pc:out_color_matrix=${matrix}:out_range=tv`,
    `format=yuv420p,setparams=range=tv:colorspace=${matrixTag(matrix)},setsar=${pixelAspect.num}/${pixelAspect.den}`,
  ]
  const bitrate = options.bitrate ?? Math.max(500_000, usualBits * width * height)
  const encoding = [
    ...['-c:v', options.encoder, ...settings[options.encoder]],
    ...['-b:v', `${bitrate}`, '-maxrate', `${bitrate}`, '-bufsize', `${bitrate}`],
    ...['-force_key_frames', `expr:gte(t,n_forced*${secondsBetweenKeyFrames})`, '-g', '600'],
    ...['-colorspace', matrixTag(matrix), '-color_range', 'tv'],
  ]
  // Gaps in the sound, as those between two connections, become silence.
  const sound = ['-map', '0:a:0', '-af', 'aresample=async=1000', '-c:a', 'aac', '-b:a', soundBits]
  return [
    ...['-y', '-stats_period', '0.2', '-progress', 'pipe:3'],
    ...['-protocol_whitelist', 'pipe', '-probesize', '32', '-analyzeduration', '0', '-f', 'matroska', '-i', 'pipe:0'],
    ...['-map', '0:v:0', '-vf', filters.join(','), '-fps_mode', 'passthrough', '-enc_time_base', '1:90000'],
    ...(output.isRaw ? ['-c:v', 'rawvideo'] : encoding),
    ...(output.isRaw || audio.length === 0 ? [] : sound),
    ...['-max_interleave_delta', '1000000', '-flush_packets', '1', ...output.arguments],
  ]
}
