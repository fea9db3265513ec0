/** The verb `video`: a video in, its object cut out frame by frame. */

import { Command, InvalidArgumentError, Option } from 'commander'
import { Matting } from '../matting/index.js'
import { loadRecipe } from '../models/index.js'
import { codecs, decoderChoices, encoderChoices, findPrograms, matteVideo, videoKinds } from '../video/index.js'
import type { DecoderChoice, VideoProgress, VideoReport } from '../video/index.js'
import { checkLiveFlags, live, withLiveFlags, type LiveFlags } from './live.js'
import { modelOptions, parseWhole, withModelFlags } from './model-flags.js'
import type { Start } from './run.js'
import type { Terminal } from './terminal.js'
import { isRaw, rawVideo } from './video-raw.js'

interface Flags extends LiveFlags {
  readonly codec?: string
  readonly start?: number
  readonly duration?: number
  readonly fps?: number
  readonly toneMap?: boolean
  readonly smooth?: boolean
  readonly lookAhead?: number
  readonly resume?: boolean
  readonly preview?: string
  readonly decoder?: DecoderChoice
}

/** Lines. */
const shownDamage = 5

const codecNames = codecs.map(({ name }) => name)

export function videoVerb(start: Start): Command {
  const command = new Command('video')
    .description('Cut the object out of each frame of a video, with ffmpeg.')
    .argument('<video>', 'a video file, - for raw frames; with --live also a device or an address')
    .requiredOption('-o, --out <file>', '.webm, .mov, .mkv, .mp4, .apng, a folder with a slash at its end, -; or live')
    .addOption(new Option('-m, --model <name>', 'see `pdfnet-trt models list`').default('isnet'))
  return withLiveFlags(withModelFlags(command))
    .addOption(new Option('-d, --device <name>', 'what computes').choices(['auto', 'tensorrt', 'cpu']).default('auto'))
    .addOption(new Option('--concurrency <n>', 'frames inferred at the same time').argParser(parseWhole))
    .addOption(new Option('--codec <name>', 'where the extension leaves a choice').choices(codecNames))
    .addOption(new Option('--show <kind>', 'what the frames show (default: cutout)').choices(videoKinds))
    .addOption(new Option('--background <what>', 'a colour, picture, video, or blur; implies --show composite'))
    .addOption(new Option('--start <seconds>', 'where to begin').argParser(parseNumber))
    .addOption(new Option('--duration <seconds>', 'how much of it').argParser(parseNumber))
    .addOption(new Option('--fps <n>', "frames a second (default: the video's own times)").argParser(parseNumber))
    .option('--tone-map', 'bring HDR to SDR, which is refused otherwise')
    .addOption(new Option('--depth-every <n>', 'frames that one pseudo-depth map serves').argParser(parseWhole))
    .option('--smooth', 'steady alphas that flicker where the picture does not')
    .addOption(new Option('--look-ahead <n>', 'frames that --smooth waits for, to average with').argParser(parseWhole))
    .option('--preview <file>', 'a contact sheet (.png, .jpg) or a side-by-side clip (.mp4, .webm) beside it')
    .option('--resume', 'write in segments, and go on after the last whole one of an interrupted run')
    .addOption(new Option('--encoder <name>', 'what encodes (default: software)').choices(encoderChoices))
    .addOption(new Option('--decoder <name>', 'what decodes (default: software)').choices(decoderChoices))
    .option('--ffmpeg <folder>', 'where ffmpeg and ffprobe are (default: on PATH)')
    .option('--json', 'the report as a line of JSON')
    .action((input: string, flags: Flags) =>
      start(async (terminal, signal) => {
        checkLiveFlags(flags)
        if (!flags.live && isRaw(input, flags)) return rawVideo(flags, terminal, signal)
        return flags.live ? live(input, flags, terminal, signal) : video(input, flags, terminal, signal)
      }),
    )
}

async function video(input: string, flags: Flags, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const { model, device, concurrency, out } = flags
  const { codec, show, background, start, duration, fps, toneMap, ffmpeg } = flags
  const { depthEvery, smooth, lookAhead, resume, preview, encoder, decoder } = flags
  // Before a model is opened, which may take minutes.
  await findPrograms(ffmpeg)
  const chosen = modelOptions(model, flags, loadRecipe(model).input.depth !== undefined)
  const matting = await Matting.open({ ...chosen, device, concurrency, signal, onProgress: terminal.progress })
  try {
    terminal.note(`device: ${matting.device.name} (${matting.device.version}), ${matting.device.reason}`)
    const onProgress = (progress: VideoProgress): void => terminal.status(`matte ${input}`, describePace(progress))
    const report = await matteVideo(matting, input, out, {
      ...{ codec, show, background, start, duration, fps, toneMap, ffmpeg },
      ...{ depthEvery, smooth, lookAhead, resume, preview, encoder, decoder },
      ...{ onProgress, signal },
    })
    for (const note of report.notes) terminal.note(`note: ${note}`)
    tellDamage(report.damage, terminal)
    const { name, version, reason } = matting.device
    terminal.result(describe(report), { ...report, model: matting.model.name, device: { name, version, reason } })
    return 0
  } finally {
    await matting.dispose()
  }
}

export function tellDamage(damage: readonly string[], terminal: Terminal): void {
  for (const line of damage.slice(0, shownDamage)) terminal.note(`damaged: ${line}`)
  if (damage.length > shownDamage) terminal.note(`damaged: and ${damage.length - shownDamage} more, which --json lists`)
}

function describePace({ frames, total, framesPerSecond, left }: VideoProgress): string {
  const of = total === undefined ? '' : ` of ${total}`
  const time = left === undefined ? '' : `, ${Math.ceil(left)} s left`
  return `${frames}${of} frames, ${framesPerSecond.toFixed(1)} frames/s${time}`
}

function describe({ input, output, codec, encoder, frames, seconds, framesPerSecond }: VideoReport): string {
  const pace = `${frames} frames in ${seconds.toFixed(1)} s, ${framesPerSecond.toFixed(1)} frames/s`
  return `${input} → ${output} (${codec} by ${encoder}, ${pace})`
}

function parseNumber(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Expected a number.')
  return value
}
