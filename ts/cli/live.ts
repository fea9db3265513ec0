/** `video --live`: from cameras and streams to streams and devices, until it is interrupted. */

import { InvalidArgumentError, Option, type Command } from 'commander'
import { badArgument } from '../errors.js'
import { checkLiveAddresses, checkLiveOptions, openLive, type Live } from '../live/index.js'
import type { LiveEvent, LiveReport } from '../live/index.js'
import { Matting, type MattingOptions } from '../matting/index.js'
import { loadRecipe } from '../models/index.js'
import type { DeviceName } from '../runtime/index.js'
import { findPrograms, type EncoderChoice, type VideoKind } from '../video/index.js'
import { modelOptions, parseSize, type ModelFlags } from './model-flags.js'
import type { Terminal } from './terminal.js'

export interface LiveFlags extends ModelFlags {
  readonly model: string
  readonly device: DeviceName | 'auto'
  readonly concurrency?: number
  readonly out: string
  readonly show?: VideoKind
  readonly background?: string
  readonly depthEvery?: number
  readonly ffmpeg?: string
  readonly live?: boolean
  readonly sizes?: readonly (readonly [number, number])[]
  readonly hold?: number
  readonly bitrate?: number
  readonly encoder?: EncoderChoice
  readonly allowHttp?: boolean
}

const liveOnly = ['sizes', 'hold', 'bitrate', 'allowHttp'] as const
const liveEncoder = { software: 'libx264', nvenc: 'h264_nvenc' } as const
const filesOnly = ['codec', 'start', 'duration', 'fps', 'toneMap', 'smooth', 'resume', 'preview', 'decoder']
const milliseconds = 500

export function withLiveFlags(command: Command): Command {
  return command
    .option('--live', 'read and write live: V4L2 devices, rtsp, srt, rtmp; a file at its own rate')
    .addOption(
      new Option('--sizes <list>', 'live: sizes of the network to go down, as 1024,768,512')
        .argParser(parseSizes)
        .conflicts('size'),
    )
    .addOption(new Option('--hold <fps>', 'live: frames a second that are held (default: 24)').argParser(parseRate))
    .addOption(new Option('--bitrate <bits>', 'live: bits a second that are sent').argParser(parseRate))
    .option('--allow-http', 'live: read HTTP, HTTPS and HLS too')
}

/** Throws ERR_ARGUMENT for a flag that says nothing here. */
export function checkLiveFlags(flags: LiveFlags): void {
  const without: readonly string[] = flags.live ? filesOnly : liveOnly
  const found = Object.entries(flags).find(([name, value]) => without.includes(name) && value !== undefined)
  if (!found) return
  const flag = `--${found[0].replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  throw badArgument(flag, flags.live ? 'nothing with --live' : 'nothing without --live', found[1])
}

export async function live(input: string, flags: LiveFlags, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const { model, out: output, depthEvery, hold, bitrate, allowHttp, ffmpeg, background } = flags
  if (flags.encoder === 'auto') throw badArgument('--encoder', 'software or nvenc with --live', flags.encoder)
  const encoder = flags.encoder && liveEncoder[flags.encoder]
  if (flags.show === 'cutout') throw badArgument('--show', "'alpha' or 'composite' with --live", flags.show)
  // Before a model is opened, which may take minutes.
  const options = { input, output, background, show: flags.show, hold, depthEvery, allowHttp, encoder, bitrate, ffmpeg }
  checkLiveOptions(options)
  checkLiveAddresses(input, output, allowHttp)
  await findPrograms(ffmpeg)
  const mattings = await openMattings(flags, terminal, signal)
  try {
    const { device } = mattings[0]!
    terminal.note(`device: ${device.name} (${device.version}), ${device.reason}`)
    const sizes = mattings.map((matting) => matting.model.input.size.join('×'))
    if (sizes.length > 1) terminal.note(`sizes: ${sizes.join(', ')}`)
    const onEvent = (event: LiveEvent): void => {
      if (terminal.json) terminal.result('', event)
      else terminal.note(describeEvent(event, sizes))
    }
    const running = await openLive({ ...options, mattings, onEvent })
    const report = await untilInterrupted(running, terminal, signal)
    const { name, version, reason } = device
    terminal.result(describeReport(report), { ...report, model, device: { name, version, reason } })
    return 0
  } finally {
    await Promise.all(mattings.map((matting) => matting.dispose()))
  }
}

/** One for each size, the largest first. */
async function openMattings(flags: LiveFlags, terminal: Terminal, signal: AbortSignal): Promise<Matting[]> {
  const { model, device, concurrency, sizes } = flags
  const chosen = modelOptions(model, flags, loadRecipe(model).input.depth !== undefined)
  const common: MattingOptions = { ...chosen, device, concurrency, signal, onProgress: terminal.progress }
  const mattings: Matting[] = []
  try {
    for (const size of sizes ?? [chosen.size]) mattings.push(await Matting.open({ ...common, size }))
    return mattings
  } catch (error) {
    await Promise.all(mattings.map((matting) => matting.dispose()))
    throw error
  }
}

/** Ctrl-C is how it usually ends: what has come is still written. */
async function untilInterrupted(running: Live, terminal: Terminal, signal: AbortSignal): Promise<LiveReport> {
  const title = running.report().input
  const show = setInterval(() => terminal.status(title, describePace(running.report())), milliseconds)
  const stop = (): void => void running.stop().catch(() => undefined)
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  try {
    return await running.ended
  } finally {
    clearInterval(show)
    signal.removeEventListener('abort', stop)
  }
}

function describePace({ frames, framesPerSecond, latency }: LiveReport): string {
  const late = latency.p99 === undefined ? '' : `, p99 ${latency.p99.toFixed(0)} ms late`
  return `${frames.written} frames, ${framesPerSecond.toFixed(1)} frames/s, ${frames.dropped} dropped${late}`
}

function describeReport(report: LiveReport): string {
  const { input, output, seconds, losses } = report
  const lost = losses.input + losses.output
  const reconnected = lost === 0 ? '' : `, ${lost} times lost`
  return `${input} → ${output} (${describePace(report)}, ${seconds.toFixed(0)} s${reconnected})`
}

function describeEvent(event: LiveEvent, sizes: readonly string[]): string {
  if (event.type === 'lost')
    return `${event.end} lost: ${event.reason}; again in ${(event.retryIn / 1000).toFixed(1)} s`
  if (event.type === 'restored') return `${event.end} is back after ${(event.after / 1000).toFixed(1)} s`
  const rates = `${event.written.toFixed(1)} of ${event.arrived.toFixed(1)} frames/s`
  if (event.action === 'drop') return `late frames are dropped (${rates})`
  if (event.action === 'keep') return `no frame is late any more (${rates})`
  const { matting, depthEvery } = event.step
  const depth = depthEvery > 1 ? `, a depth map for ${depthEvery} frames` : ''
  return `one step ${event.action}: ${sizes[matting]!}${depth} (${rates})`
}

function parseSizes(text: string): readonly (readonly [number, number])[] {
  return text.split(',').map(parseSize)
}

function parseRate(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value > 0)) throw new InvalidArgumentError('Expected a number above 0.')
  return value
}
