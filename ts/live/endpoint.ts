/** Where live video comes from and goes to: a row for each scheme, with all that FFmpeg may open for it. */

import { isAbsolute, resolve } from 'node:path'
import { badArgument, PdfnetError } from '../errors.js'
import { fileUrl, trustedInput, videoDemuxers } from '../video/index.js'
import { Secrets } from './secrets.js'

export interface Endpoint {
  /** As it may be shown. */
  readonly name: string
  readonly secrets: Secrets
  /** A file ends, and is not there again. */
  readonly isFile: boolean
  /** What ffmpeg is told, the address included; more may stand before them. */
  readonly arguments: readonly string[]
}

export interface InputEndpoint extends Endpoint {
  /** Whether it does not come at its own rate, but as fast as it is read. */
  readonly isPulled: boolean
}

export interface OutputEndpoint extends Endpoint {
  /** Whether frames go out as they are, without sound: to a loopback device. */
  readonly isRaw: boolean
}

interface Scheme {
  /** FFmpeg's protocols: nothing else is opened, whatever the source says. */
  readonly protocols: readonly string[]
  readonly demuxers: readonly string[]
  readonly inputOptions?: readonly string[]
  /** Undefined: it cannot be written to. */
  readonly output?: readonly string[]
  readonly isHttp?: true
}

const overTcp = ['-rtsp_transport', 'tcp']
const flv = ['-flvflags', 'no_duration_filesize', '-f', 'flv']
const transportStream = ['-muxdelay', '0', '-muxpreload', '0', '-f', 'mpegts']
const web = { demuxers: ['hls', 'aac', 'mp3', ...videoDemuxers], isHttp: true } as const

const schemes: Readonly<Record<string, Scheme>> = {
  rtsp: { protocols: ['tcp'], demuxers: ['rtsp'], inputOptions: overTcp, output: [...overTcp, '-f', 'rtsp'] },
  rtsps: { protocols: ['tls', 'tcp'], demuxers: ['rtsp'], inputOptions: overTcp, output: [...overTcp, '-f', 'rtsp'] },
  srt: { protocols: ['srt'], demuxers: ['mpegts'], output: transportStream },
  rtmp: { protocols: ['rtmp', 'tcp'], demuxers: ['flv', 'live_flv'], output: flv },
  rtmps: { protocols: ['rtmps', 'tls', 'tcp'], demuxers: ['flv', 'live_flv'], output: flv },
  http: { protocols: ['http', 'https', 'tls', 'tcp'], ...web },
  https: { protocols: ['https', 'tls', 'tcp'], ...web },
}

const fileOutputs: Readonly<Record<string, readonly string[]>> = {
  '.mkv': ['-cluster_time_limit', '1000', '-f', 'matroska'],
  '.ts': transportStream,
  '.flv': flv,
}

const longestAddress = 2000

/**
 * A V4L2 device, an address, or a file, which is read at its own rate.
 * Throws ERR_ARGUMENT, or ERR_INPUT_REFUSED for any other scheme.
 */
function inputEndpoint(text: string, allowHttp: boolean): InputEndpoint {
  checkText('input', text)
  const secrets = new Secrets(text)
  if (isDevice(text)) {
    const only = ['-protocol_whitelist', 'file', '-format_whitelist', 'video4linux2,v4l2']
    return { name: text, secrets, isFile: false, isPulled: false, arguments: [...only, '-f', 'v4l2', '-i', text] }
  }
  const scheme = schemeOf(text)
  if (scheme === undefined) {
    const path = resolve(text)
    return { name: path, secrets, isFile: true, isPulled: true, arguments: trustedInput(path) }
  }
  const row = rowOf('input', text, scheme)
  if (!row || (row.isHttp && !allowHttp)) {
    const others = row ? 'HTTP and HLS are read only when that is allowed (--allow-http)' : known(() => true)
    throw new PdfnetError('ERR_INPUT_REFUSED', `${secrets.masked} is not read: ${scheme} is refused`, {
      remedy: row ? others : `Use ${others}, a V4L2 device as /dev/video0, or a file`,
    })
  }
  const only = ['-protocol_whitelist', row.protocols.join(','), '-format_whitelist', row.demuxers.join(',')]
  const all = [...only, ...(row.inputOptions ?? []), '-max_streams', '64', '-i', text]
  return { name: secrets.masked, secrets, isFile: false, isPulled: row.isHttp === true, arguments: all }
}

/**
 * A V4L2 loopback device, an address, or a file (.mkv, .ts, .flv). Throws ERR_ARGUMENT or ERR_OUTPUT_FORMAT.
 */
function outputEndpoint(text: string): OutputEndpoint {
  checkText('output', text)
  const secrets = new Secrets(text)
  if (isDevice(text)) {
    return { name: text, secrets, isFile: false, isRaw: true, arguments: ['-f', 'v4l2', text] }
  }
  const scheme = schemeOf(text)
  const row = scheme === undefined ? undefined : rowOf('output', text, scheme)
  if (row?.output) {
    const only = ['-protocol_whitelist', row.protocols.join(',')]
    return { name: secrets.masked, secrets, isFile: false, isRaw: false, arguments: [...only, ...row.output, text] }
  }
  const extension = /\.[a-z]+$/.exec(text)?.[0] ?? ''
  const muxer = scheme === undefined ? fileOutputs[extension] : undefined
  if (!muxer) {
    throw new PdfnetError('ERR_OUTPUT_FORMAT', `${secrets.masked} is nothing that live video is written to`, {
      remedy: `Use ${known(({ output }) => output !== undefined)}, a V4L2 loopback device, or .mkv, .ts or .flv`,
    })
  }
  const path = resolve(text)
  const all = ['-protocol_whitelist', 'file', ...muxer, fileUrl(path)]
  return { name: path, secrets, isFile: true, isRaw: false, arguments: all }
}

/** Throws as both do, or ERR_OUTPUT_CLASH. */
export function checkLiveAddresses(
  from: string,
  to: string,
  allowHttp = false,
): { readonly input: InputEndpoint; readonly output: OutputEndpoint } {
  const input = inputEndpoint(from, allowHttp)
  const output = outputEndpoint(to)
  if (resolve(from) !== resolve(to)) return { input, output }
  throw new PdfnetError('ERR_OUTPUT_CLASH', `${output.name} is the input itself`)
}

function isDevice(text: string): boolean {
  return /^\/dev\/(video\d+|v4l\/by-(id|path)\/[\w.:-]+)$/.test(text)
}

/** What FFmpeg would take for a protocol: `concat:`, `data:`, `subfile,,start,0,end,0,,:` and the like, too. */
function schemeOf(text: string): string | undefined {
  if (isAbsolute(text) || /^\.{1,2}\//.test(text)) return undefined
  return /^([a-z][a-z0-9+.-]*)[:,]/i.exec(text)?.[1]?.toLowerCase()
}

function rowOf(name: string, text: string, scheme: string): Scheme | undefined {
  const row = Object.hasOwn(schemes, scheme) ? schemes[scheme] : undefined
  if (row && !(URL.canParse(text) && new URL(text).host !== '')) {
    throw badArgument(name, `an address as ${scheme}://host/…`, new Secrets(text).masked)
  }
  return row
}

function known(isUsable: (scheme: Scheme) => boolean): string {
  const names = Object.keys(schemes).filter((name) => !schemes[name]!.isHttp && isUsable(schemes[name]!))
  return names.map((name) => `${name}://`).join(', ')
}

function checkText(name: string, text: unknown): void {
  const fits = typeof text === 'string' && text !== '' && text.length <= longestAddress
  // Spaces begin options of their own in some addresses.
  if (fits && !(text.includes('://') && /[\s\p{Cc}]/u.test(text)) && !text.includes('\0')) return
  throw badArgument(name, `an address without spaces, a device or a path, of at most ${longestAddress} letters`, text)
}
