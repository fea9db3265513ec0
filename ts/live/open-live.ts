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
import { checkLiveAddresses, type Endpoint } from './endpoint.js'
import { Live } from './live.js'
import { checkLiveOptions, type LiveOptions } from './options.js'

/** A stream is looked at for so long, at most. */
const probing = ['-probesize', '5M', '-analyzeduration', '3M']

/**
 * Resolves once the source is known and its frames begin to flow. Rejects with ERR_ARGUMENT, an ERR_INPUT… or
 * ERR_OUTPUT… that names the address without its secrets, ERR_FFMPEG_MISSING, ERR_FFMPEG_FAILED or ERR_ABORTED. A source
 * that is lost later is connected to again: see `LiveEvent`.
 * @example
 * const live = await openLive({ input: 'rtsp://camera/1', output: 'rtmp://host/app/key', mattings, background: 'green' })
 * await live.ended
 */
export async function openLive(options: LiveOptions): Promise<Live> {
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
  const parts = { options, programs, input, output, info, picture, encoding: { encoder, bitrate }, stall: limits.stall }
  return new Live(parts)
}

/** Rejects with an ERR_INPUT… or ERR_ABORTED. */
async function look(
  programs: Programs,
  input: Endpoint,
  limits: VideoLimits,
  signal: AbortSignal | undefined,
): Promise<VideoInfo> {
  const info = input.isFile
    ? await probeVideo(programs, input.name, limits, signal)
    : await probeInput(
        programs,
        { name: input.name, arguments: [...probing, ...input.arguments] },
        limits,
        signal,
      ).catch((error: unknown) => {
        throw unreachable(input, error)
      })
  if (!info.colour.isHdr) return info
  const what = `${input.name} is HDR (${info.colour.transfer ?? ''}), which engines do not know`
  throw new PdfnetError('ERR_INPUT_REFUSED', what, { remedy: 'Have its source send SDR' })
}

/** What ffprobe said has the whole address in it. */
function unreachable({ name, secrets }: Endpoint, error: unknown): PdfnetError {
  const known = asPdfnetError(error)
  if (known.code !== 'ERR_INPUT_FORMAT' && known.code !== 'ERR_INPUT_REFUSED') return known
  const { stderr = '' } = (known.cause ?? {}) as { readonly stderr?: string }
  const said = stderr.trim().split('\n').at(-1) ?? ''
  const cause = new Error(secrets.hide(said.slice(0, 500)))
  return known.code === 'ERR_INPUT_REFUSED'
    ? new PdfnetError(known.code, `${name} leads to what is refused`, { cause, remedy: 'Name the video itself' })
    : new PdfnetError('ERR_INPUT_READ', `${name} could not be opened`, {
        cause,
        remedy: 'Check the address, and that its source is sending',
      })
}
