/** Opens live video: what was asked for is checked, the source looked at, and frames begin to flow. */

import { asPdfnetError, PdfnetError, throwIfAborted } from '../errors.js'
import {
  findPrograms,
  listEncoders,
  openPicture,
  probeInput,
  probeVideo,
  type Programs,
  type VideoInfo,
  type VideoLimits,
} from '../video/index.js'
import { checkLiveAddresses, type InputEndpoint } from './endpoint.js'
import { Live } from './live.js'
import { checkLiveOptions, checkMattings, type LiveOptions } from './options.js'

/** A stream is looked at for so long, at most. */
const probing = ['-probesize', '5M', '-analyzeduration', '3M']

/** Seconds in which it answers at all. */
const probed = 20

/**
 * Resolves once the source is known and its frames begin to flow. Rejects with ERR_ARGUMENT, an ERR_INPUT… or
 * ERR_OUTPUT… that names the address without its secrets, ERR_FFMPEG_MISSING, ERR_FFMPEG_FAILED or ERR_ABORTED. A source
 * that is lost later is connected to again: see `LiveEvent`.
 * @example
 * const live = await openLive({ input: 'rtsp://camera/1', output: 'rtmp://host/app/key', mattings, background: 'green' })
 * await live.ended
 */
export async function openLive(options: LiveOptions): Promise<Live> {
  checkMattings(options)
  const limits = checkLiveOptions(options)
  const { background, show = 'composite', allowHttp = false, encoder = 'libx264', bitrate, signal } = options
  const { input, output } = checkLiveAddresses(options.input, options.output, allowHttp)
  throwIfAborted(signal)
  const programs = await findPrograms(options.ffmpeg)
  if (!output.isRaw && !(await listEncoders(programs)).has(encoder)) {
    throw new PdfnetError('ERR_OUTPUT_FORMAT', `this ffmpeg has no encoder ${encoder}`, {
      remedy: 'Use another encoder, or another build of FFmpeg',
    })
  }
  const info = await look(programs, input, limits, signal)
  const above = { programs, info, output: output.name, options: { limits, signal } }
  const picture = await openPicture(show, background, above)
  // A live stream has no length until it is over: one that is pulled would begin anew each time.
  const isOver = async (stopping: AbortSignal): Promise<boolean> =>
    input.isPulled && look(programs, input, limits, stopping).then(hasLength, () => false)
  const source = { ...input, isFile: input.isFile || (input.isPulled && hasLength(info)) }
  const encoding = { encoder, bitrate }
  return new Live({ options, programs, input: source, isOver, output, info, picture, encoding, stall: limits.stall })
}

function hasLength({ frames }: VideoInfo): boolean {
  return frames !== undefined
}

/** Rejects with an ERR_INPUT… or ERR_ABORTED. */
async function look(
  programs: Programs,
  input: InputEndpoint,
  limits: VideoLimits,
  signal: AbortSignal | undefined,
): Promise<VideoInfo> {
  const { name, isFile } = input
  const asked = { name, arguments: [...probing, ...input.arguments] }
  const info = isFile
    ? await probeVideo(programs, name, limits, signal)
    : await probeInput(programs, asked, { ...limits, stall: probed }, signal).catch((error: unknown) => {
        throw withoutSecrets(input, asPdfnetError(error))
      })
  if (!info.colour.isHdr) return info
  const what = `${name} is HDR (${info.colour.transfer ?? ''}), which engines do not know`
  throw new PdfnetError('ERR_INPUT_REFUSED', what, { remedy: 'Have its source send SDR' })
}

/** The error of a program that ended has its whole command in it. What it says first is why, and then what follows. */
function withoutSecrets({ name, secrets }: InputEndpoint, { code, message, remedy, cause }: PdfnetError): PdfnetError {
  const said = saidIn(cause)
    .split('\n', 1)[0]!
    .replace(/^\[[^\]]*\] /, '')
  const why = said === '' ? {} : { cause: new Error(secrets.hide(said.slice(0, 500))) }
  if (code !== 'ERR_INPUT_FORMAT') return new PdfnetError(code, message, { remedy, ...why })
  const check = 'Check the address, and that its source is sending'
  return new PdfnetError('ERR_INPUT_READ', `${name} could not be opened`, { remedy: check, ...why })
}

function saidIn(error: unknown): string {
  if (!(error instanceof Error)) return ''
  return 'stderr' in error && typeof error.stderr === 'string' ? error.stderr.trim() : saidIn(error.cause)
}
