/** Joins segments of a video to one file, without encoding them again, with the sound of the file they were made of. */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { aborted, PdfnetError } from '../errors.js'
import type { Codec } from './codecs.js'
import { spanArguments } from './decode-arguments.js'
import { fragments, hasSound, soundArguments, type EncodeOptions } from './encode-arguments.js'
import type { Ratio, VideoInfo } from './probe.js'
import { FfmpegProcess } from './process.js'
import type { Programs } from './programs.js'
import type { Segment } from './segments-manifest.js'
import { fileUrl, trustedInput } from './trust.js'
import { Watchdog } from './watchdog.js'

const listName = 'list.ffconcat'

/**
 * The container of segments. Frames that refer to later ones keep their order of decoding in MP4 alone; VP9's alpha is
 * held by WebM and Matroska alone.
 */
export function segmentMuxer({ muxer, name }: Codec): string {
  return muxer === 'matroska' && name !== 'ffv1' ? 'mp4' : muxer
}

const extensions: Readonly<Record<string, string>> = { matroska: 'mkv' }

/** A counter and an extension that players know, so that the list holds nothing from outside. */
export function segmentName(codec: Codec, index: number, state: '' | '.partial' = ''): string {
  const muxer = segmentMuxer(codec)
  return `${String(index + 1).padStart(6, '0')}${state}.${extensions[muxer] ?? muxer}`
}

/** Rejects with ERR_OUTPUT_WRITE or ERR_ABORTED. */
export async function joinSegments(
  { ffmpeg }: Programs,
  info: VideoInfo,
  folder: string,
  segments: readonly Segment[],
  encoding: EncodeOptions,
  { stall, signal }: { readonly stall: number; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const starts = segments.map(({ first }) => startOf(first, encoding.ticks, segmentMuxer(encoding.codec)))
  await writeFile(join(folder, listName), listOf(starts, encoding.codec))
  const joining = new FfmpegProcess(ffmpeg, joinArguments(info, starts[0]!, encoding), folder)
  const stop = (): void => joining.kill()
  const watchdog = new Watchdog(stall, stop)
  signal?.addEventListener('abort', stop, { once: true })
  if (signal?.aborted) stop()
  joining.sideOutput.resume()
  joining.input.end()
  // It says how far it came, about twice a second.
  joining.output.on('data', () => watchdog.watch())
  watchdog.watch()
  const { status, said } = await joining.ended
  watchdog.rest()
  signal?.removeEventListener('abort', stop)
  if (signal?.aborted) throw aborted(signal)
  if (status === 0 && said.length === 0) return
  throw new PdfnetError('ERR_OUTPUT_WRITE', `${encoding.output} could not be joined from the segments in ${folder}`, {
    remedy: 'See what ffmpeg said, and give the same command again: finished segments are kept',
    cause: new Error(said.at(-1) ?? 'ffmpeg said nothing'),
    details: { said },
  })
}

/** From within the folder: ffmpeg takes what comes before a listed name for a URL, which ends at a question mark. */
function joinArguments(info: VideoInfo, start: number, options: EncodeOptions): string[] {
  const { codec, ticks, output } = options
  const sound = hasSound(info, options)
  return [
    ...['-y', '-protocol_whitelist', 'file', '-format_whitelist', 'concat,mov,matroska'],
    ...['-itsoffset', seconds(start), '-f', 'concat', '-safe', '1', '-i', fileUrl(listName)],
    ...(sound ? [...spanArguments(options), ...trustedInput(info.path)] : []),
    ...['-map', '0:v', '-c:v', 'copy'],
    ...(sound ? ['-map', '1:a', ...soundArguments(codec.sound!, info.audio)] : []),
    ...(['mp4', 'mov'].includes(codec.muxer) ? ['-video_track_timescale', `${Math.round(ticks.den / ticks.num)}`] : []),
    ...(fragments[codec.muxer] ?? []),
    ...['-max_muxing_queue_size', '4096', '-progress', 'pipe:1', '-f', codec.muxer, fileUrl(output)],
  ]
}

/** Each begins where it began before: ffmpeg would let it begin where the one before it ended. */
function listOf(starts: readonly number[], codec: Codec): string {
  const files = starts.map((start, index) => {
    const next = starts[index + 1]
    return `file ${segmentName(codec, index)}\n${next === undefined ? '' : `duration ${seconds(next - start)}\n`}`
  })
  return `ffconcat version 1.0\n${files.join('')}`
}

/** Microseconds, as precisely as the container keeps them. */
function startOf(first: number, { num, den }: Ratio, muxer: string): number {
  const isInMilliseconds = muxer === 'webm' || muxer === 'matroska'
  return isInMilliseconds ? 1000 * Math.round((first * num * 1000) / den) : Math.round((first * num * 1e6) / den)
}

function seconds(microseconds: number): string {
  return (microseconds / 1e6).toFixed(6)
}
