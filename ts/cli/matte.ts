/** The verb `matte`: pictures in, cut-outs, alphas, composites or trimaps out. */

import { relative } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { matteAll, outputKinds, planJobs, standardStream, type OutputKind, type PictureReport } from '../batch/index.js'
import { badArgument, exitCodes } from '../errors.js'
import { Matting } from '../matting/index.js'
import { loadRecipe } from '../models/index.js'
import { outputFormats, type OutputFormat } from '../image/index.js'
import type { DeviceName } from '../runtime/index.js'
import { modelOptions, withModelFlags, type ModelFlags } from './model-flags.js'
import type { Start } from './run.js'
import { describeError, type Terminal } from './terminal.js'

interface Flags extends ModelFlags {
  readonly model: string
  readonly device: DeviceName | 'auto'
  readonly output?: OutputKind | 'all'
  readonly background?: string
  readonly foreground: boolean
  readonly crop?: number | true
  readonly detail: 'off' | 'auto' | 'full'
  readonly augment?: true
  readonly depth?: string
  readonly format?: OutputFormat
  readonly effort?: number
  readonly keepMetadata?: boolean
  readonly out?: string
}

export function matteVerb(start: Start): Command {
  const command = new Command('matte')
    .description('Cut the object out of each picture.')
    .argument('<pictures...>', 'pictures, folders of pictures, or - for standard input')
    .addOption(new Option('-m, --model <name>', 'see `pdfnet-trt models list`').default('isnet'))
  return withModelFlags(command)
    .addOption(new Option('-d, --device <name>', 'what computes').choices(['auto', 'tensorrt', 'cpu']).default('auto'))
    .addOption(new Option('--output <kind>', 'what to write (default: cutout)').choices([...outputKinds, 'all']))
    .addOption(
      new Option('--detail <extent>', 'of large pictures: tiles where the matte is soft, everywhere, or none')
        .choices(['off', 'auto', 'full'])
        .default('off'),
    )
    .option('--augment', 'matte each picture mirrored too, and average')
    .addOption(new Option('--depth <map>', 'a depth map of the picture, in place of a depth network'))
    .addOption(new Option('--background <colour|image|blur>', 'what composites lie over; implies --output composite'))
    .option('--no-foreground', "keep the picture's own samples at soft edges, old background and all")
    .addOption(
      new Option('--crop [margin]', 'to the subject; with a margin, as a share of its longer side').argParser(
        parseMargin,
      ),
    )
    .addOption(new Option('--format <name>', 'of the results (default: png, or by -o)').choices(outputFormats))
    .addOption(new Option('--effort <1-9>', 'of encoding: time for bytes').argParser(parseEffort))
    .option('--keep-metadata', 'keep EXIF and XMP, which may say where and by whom a picture was taken')
    .addOption(
      new Option('-o, --out <path>', 'a file, a folder, or - for standard output; default: beside each picture'),
    )
    .option('--json', 'a line of JSON for each picture')
    .action((pictures: string[], flags: Flags) => start((terminal, signal) => matte(pictures, flags, terminal, signal)))
}

async function matte(pictures: string[], flags: Flags, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const { model, device, background, foreground, crop, format, effort, keepMetadata: metadata } = flags
  const takesDepth = loadRecipe(model).input.depth !== undefined
  const chosen = modelOptions(model, flags, takesDepth)
  checkOutput(flags, takesDepth)
  const output = flags.out ?? (pictures.length === 1 && pictures[0] === standardStream ? standardStream : undefined)
  if (output === standardStream) checkStandardOutput(terminal, output)
  const jobs = await planJobs(pictures, { kinds: kindsOf(flags), format, ...(output !== undefined && { output }) })
  const matting = await Matting.open({
    ...chosen,
    device,
    signal,
    onProgress: terminal.progress,
    onPhase: ({ name, seconds }) => terminal.status(name, `${seconds.toFixed(1)} s`),
  })
  try {
    terminal.note(`device: ${matting.device.name} (${matting.device.version}), ${matting.device.reason}`)
    const margin = crop === true ? 0 : crop
    const { detail, augment, depth } = flags
    if (depth !== undefined && jobs.length > 1)
      throw badArgument('--depth', 'one picture with one map', `${jobs.length}`)
    const how = { detail, augment, depth }
    const options = { signal, matte: how, inFlight: 3, background, foreground, crop: margin, format, effort, metadata }
    const ends: PictureReport[] = []
    for await (const report of matteAll(matting, jobs, options)) {
      ends.push(report)
      if (output !== standardStream || report.error) tell(terminal, report, matting)
      if (jobs.length > 1)
        terminal.progress({ stage: 'matte', name: 'pictures', done: ends.length, total: jobs.length })
    }
    const done = ends.filter(({ error }) => error === undefined).length
    if (jobs.length > 1) terminal.note(`${done} of ${jobs.length} pictures are done`)
    return statusOf(ends)
  } finally {
    await matting.dispose()
  }
}

function checkStandardOutput(terminal: Terminal, output: string): void {
  if (process.stdout.isTTY) throw badArgument('-o', 'a file, as standard output is a terminal', output)
  if (terminal.json) throw badArgument('-o', 'a file with --json, as both would go to standard output', output)
}

function parseEffort(text: string): number {
  if (!/^[1-9]$/.test(text)) throw new InvalidArgumentError('Expected a whole number from 1 to 9.')
  return Number(text)
}

function parseMargin(text: string): number {
  if (!/^\d*\.?\d+$/.test(text)) throw new InvalidArgumentError('Expected a share, such as 0.05.')
  return Number(text)
}

function checkOutput({ model, output, crop }: Flags, takesDepth: boolean): void {
  if (output === 'depth' && !takesDepth) {
    throw badArgument('--output', `another kind, as ${model} takes no pseudo-depth`, output)
  }
  if (crop !== undefined && (output === 'depth' || output === 'uncertainty')) {
    throw badArgument('--output', 'a kind that can be cropped', output)
  }
}

function kindsOf({ output, background }: Flags): readonly OutputKind[] {
  if (output === 'all') return background === undefined ? ['cutout', 'alpha'] : ['cutout', 'alpha', 'composite']
  return [output ?? (background === undefined ? 'cutout' : 'composite')]
}

function tell(terminal: Terminal, report: PictureReport, { model, device }: Matting): void {
  const { input, outputs, timings, error } = report
  const { name, version, reason } = device
  if (error) {
    if (terminal.json) terminal.result('', { input, error })
    else terminal.note(describeError(error).trimEnd())
    return
  }
  const worked = Object.values<number>({ ...timings, queued: 0 }).reduce((sum, time) => sum + time, 0)
  const text = `${here(input)} → ${Object.values(outputs).map(here).join(', ')} (${(worked / 1000).toFixed(1)} s)`
  terminal.result(text, { ...report, model: model.name, device: { name, version, reason } })
}

/** One picture ends as its error does; of several, a status of its own says that some failed. */
function statusOf(ends: readonly PictureReport[]): number {
  const failed = ends.filter(({ error }) => error !== undefined)
  if (failed.length === 0) return 0
  return ends.length === 1 ? failed[0]!.error!.exitCode : exitCodes.partial
}

function here(path: string): string {
  const below = relative('', path)
  return below.startsWith('..') || path === standardStream ? path : below
}
