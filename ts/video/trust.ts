/** What FFmpeg may open: files of containers that name no other file or host, within limits. */

/** Playlists, patterns, scripts and session descriptions are not among them. */
export const videoDemuxers = [
  ...['mov', 'matroska', 'avi', 'mpegts', 'mpeg', 'flv', 'ogg', 'asf', 'mxf', 'nut', 'ivf', 'rm', 'dv', 'wtv'],
  ...['gif', 'apng', 'yuv4mpegpipe', 'h264', 'hevc', 'av1', 'obu', 'm4v', 'mpegvideo'],
]

export interface VideoLimits {
  /** Width × height of a frame. */
  readonly pixels: number
  /** The longer of its width and height; engines take no more than 8192. */
  readonly side: number
  /** Seconds in which a program gives or takes nothing while it is waited for. */
  readonly stall: number
}

export const defaultVideoLimits: VideoLimits = { pixels: 8192 * 8192, side: 8192, stall: 60 }

/** What stands before `-i` for every file from outside. */
export function trustedInput(path: string): string[] {
  return [
    ...['-protocol_whitelist', 'file', '-format_whitelist', videoDemuxers.join(',')],
    ...['-probesize', '32M', '-analyzeduration', '10M', '-max_streams', '64'],
    ...['-i', fileUrl(path)],
  ]
}

/** So that no name is taken for an option, a protocol or a device. */
export function fileUrl(path: string): string {
  return `file:${path}`
}
