/** `video - -o -`: raw frames from standard input to standard output. */

import { createWriteStream, fstatSync } from 'node:fs'
import type { Writable } from 'node:stream'
import { asPdfnetError, badArgument, PdfnetError } from '../errors.js'
import { Matting } from '../matting/index.js'
import { loadRecipe } from '../models/index.js'
import { matteRawVideo, type VideoProgress } from '../video/index.js'
import type { LiveFlags } from './live.js'
import { modelOptions } from './model-flags.js'
import type { Terminal } from './terminal.js'

const filesOnly = ['codec', 'start', 'duration', 'fps', 'toneMap', 'resume', 'preview', 'encoder', 'decoder', 'ffmpeg']

/** Whether frames go through pipes. Throws ERR_ARGUMENT where only one side does, or for a flag of files. */
export function isRaw(input: string, flags: LiveFlags): boolean {
  if (input !== '-' && flags.out !== '-') return false
  if (input !== '-') throw badArgument('<video>', '- with -o -', input)
  if (flags.out !== '-') throw badArgument('--out', '- where the video is -', flags.out)
  const found = Object.entries(flags).find(([name, value]) => filesOnly.includes(name) && value !== undefined)
  if (found)
    throw badArgument(`--${found[0].replace(/[A-Z]/g, (one) => `-${one.toLowerCase()}`)}`, 'nothing with -', found[1])
  return true
}

type RawFlags = LiveFlags & { readonly smooth?: boolean }

/** All that is said goes to standard error, reports and errors too: standard output is the frames'. */
export async function rawVideo(flags: RawFlags, terminal: Terminal, signal: AbortSignal): Promise<number> {
  try {
    return await matteStandardInput(flags, terminal, signal)
  } catch (error) {
    if (!terminal.json) throw error
    const failure = asPdfnetError(error)
    process.stderr.write(`${JSON.stringify({ error: failure })}\n`)
    return failure.exitCode
  }
}

async function matteStandardInput(flags: RawFlags, terminal: Terminal, signal: AbortSignal): Promise<number> {
  if (process.stdout.isTTY) {
    throw new PdfnetError('ERR_OUTPUT_WRITE', 'raw frames are not for a terminal', {
      remedy: 'Pipe them into a program',
    })
  }
  const { model, device, concurrency, show, background, depthEvery, smooth } = flags
  const chosen = modelOptions(model, flags, loadRecipe(model).input.depth !== undefined)
  const matting = await Matting.open({ ...chosen, device, concurrency, signal, onProgress: terminal.progress })
  try {
    const { name, version, reason } = matting.device
    terminal.note(`device: ${name} (${version}), ${reason}`)
    const onProgress = ({ frames, framesPerSecond }: VideoProgress): void =>
      terminal.status('matte -', `${frames} frames, ${framesPerSecond.toFixed(1)} frames/s`)
    const options = { show, background, depthEvery, smooth, signal, onProgress }
    const report = await matteRawVideo(matting, process.stdin, standardOutput(), options)
    for (const line of report.damage) terminal.note(`damaged: ${line}`)
    const { frames, seconds, isComplete } = report
    const pace = `${frames} frames in ${seconds.toFixed(1)} s, ${report.framesPerSecond.toFixed(1)} frames/s`
    const text = isComplete ? pace : `${pace}, then nobody read on`
    const data = { ...report, model: matting.model.name, device: { name, version, reason } }
    process.stderr.write(`${terminal.json ? JSON.stringify(data) : text}\n`)
    return 0
  } finally {
    await matting.dispose()
  }
}

/** Node writes to files that stand there on the JavaScript thread, to pipes beside it. */
function standardOutput(): Writable {
  const { stdout } = process
  return fstatSync(stdout.fd).isFile() ? createWriteStream('', { fd: stdout.fd, autoClose: false }) : stdout
}
