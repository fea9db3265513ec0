/** The verb `matte`: pictures in, cut-outs, alphas, composites or trimaps out. */

import { relative, resolve } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import {
  BatchRecord,
  matteAll,
  outputKinds,
  picturesInFlight,
  PictureWatch,
  planJobs,
  standardStream,
  SummaryCounter,
  type Job,
  type OutputKind,
  type PictureReport,
  type Plan,
} from '../batch/index.js'
import { badArgument, exitCodes, type PdfnetError } from '../errors.js'
import { Matting, type ModelOptions } from '../matting/index.js'
import { loadRecipe } from '../models/index.js'
import { outputFormats, type OutputFormat } from '../image/index.js'
import type { DeviceName } from '../runtime/index.js'
import { describeSummary } from './matte-summary.js'
import { settingsOf, type ResultFlags } from './matte-settings.js'
import { augmentFlag, modelOptions, parseWhole, withModelFlags, type ModelFlags } from './model-flags.js'
import { megapixelsFlag, type PictureLimitFlag } from './picture-limits.js'
import type { Start } from './run.js'
import { describeError, type Terminal } from './terminal.js'

interface Flags extends ModelFlags, ResultFlags, PictureLimitFlag {
  readonly model: string
  readonly device: DeviceName | 'auto'
  readonly concurrency?: number
  readonly output?: OutputKind | 'all'
  readonly format?: OutputFormat
  readonly again?: true
  readonly watch?: true
  readonly out?: string
}

export function matteVerb(start: Start): Command {
  const command = new Command('matte')
    .description('Cut the object out of each picture.')
    .argument('<pictures...>', 'pictures, folders of pictures, or - for standard input')
    .addOption(new Option('-m, --model <name>', 'see `pdfnet-trt models list`').default('isnet'))
  return withModelFlags(command)
    .addOption(new Option('-d, --device <name>', 'what computes').choices(['auto', 'tensorrt', 'cpu']).default('auto'))
    .addOption(
      new Option(
        '--output <kind>',
        'what to write (default: cutout); all: also alpha, and with a background the composite',
      ).choices([...outputKinds, 'all']),
    )
    .addOption(
      new Option('--detail <extent>', 'of large pictures: tiles where the matte is soft, everywhere, or none')
        .choices(['off', 'auto', 'full'])
        .default('off'),
    )
    .addOption(augmentFlag())
    .addOption(
      new Option(
        '--depth <map>',
        'a depth map of the picture (a picture, float TIFF, .npy or .pfm), in place of a depth network',
      ),
    )
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
    .addOption(megapixelsFlag())
    .addOption(new Option('--concurrency <n>', 'inferences at the same time').argParser(parseWhole))
    .option('--again', 'matte pictures of a folder that are done already, too')
    .option('--watch', 'go on with pictures that come into the folders, until Ctrl-C')
    .option('--json', 'a line of JSON for each picture; of several, a last one sums up')
    .action((pictures: string[], flags: Flags) => start((terminal, signal) => matte(pictures, flags, terminal, signal)))
}

async function matte(pictures: string[], flags: Flags, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const { model, device, concurrency } = flags
  const recipe = loadRecipe(model)
  const takesDepth = recipe.input.depth !== undefined
  const chosen: ModelOptions = {
    ...modelOptions(model, withGivenDepth(flags), takesDepth),
    augmentation: flags.augment,
  }
  checkOutput(flags, takesDepth)
  const output = flags.out ?? (pictures.length === 1 && pictures[0] === standardStream ? standardStream : undefined)
  if (output === standardStream) checkStandardOutput(terminal, output)
  const counter = new SummaryCounter()
  const work = await planWork(pictures, flags, output, { terminal, signal, counter })
  const settings = work.folder === undefined ? undefined : await settingsOf(recipe, chosen, work.kinds, flags)
  const matting = await Matting.open({
    ...{ ...chosen, device, concurrency, signal },
    onProgress: terminal.progress,
    onPhase: ({ name, seconds }) => terminal.status(name, `${seconds.toFixed(1)} s`),
  })
  try {
    const record = work.folder === undefined ? undefined : await BatchRecord.open(work.folder, settings)
    try {
      return await matteWork(matting, work, flags, { terminal, signal, counter, record })
    } finally {
      await record?.close()
    }
  } finally {
    await matting.dispose()
  }
}

/** A picture's own map needs no network that makes one. */
function withGivenDepth(flags: Flags): Flags {
  return flags.depth === undefined || flags.depthWeights !== undefined ? flags : { ...flags, depthModel: 'given' }
}

interface Around {
  readonly terminal: Terminal
  readonly signal: AbortSignal
  readonly counter: SummaryCounter
}

interface PlannedWork extends Pick<Plan, 'folder'> {
  readonly jobs: readonly Job[] | PictureWatch
  readonly kinds: readonly OutputKind[]
  /** Whether it is more than the one picture that was named. */
  readonly isBatch: boolean
  /** Pictures that were not begun. */
  readonly left: () => number
}

async function planWork(
  pictures: string[],
  flags: Flags,
  output: string | undefined,
  { terminal, signal, counter }: Around,
): Promise<PlannedWork> {
  const kinds = kindsOf(flags)
  const options = { kinds, format: flags.format, ...(output !== undefined && { output }) }
  if (flags.watch && flags.depth !== undefined) throw badArgument('--depth', 'nothing with --watch', flags.depth)
  if (flags.watch) {
    if (output === undefined) throw badArgument('-o', 'a folder with --watch', output)
    const onProblem = (input: string, error: PdfnetError): void => {
      counter.count({ input, outputs: {}, error })
      tellError(terminal, input, error)
    }
    const watch = await PictureWatch.open(pictures, { ...options, output, stop: signal, onProblem })
    return { jobs: watch, kinds, folder: resolve(output), isBatch: true, left: () => watch.waiting }
  }
  const { jobs, folder } = await planJobs(pictures, options)
  if (flags.depth !== undefined && jobs.length > 1) {
    throw badArgument('--depth', 'one picture with one map', `${jobs.length}`)
  }
  const isBatch = jobs.length > 1 || folder !== undefined
  return { jobs, kinds, ...(folder !== undefined && { folder }), isBatch, left: () => jobs.length - counter.ended }
}

async function matteWork(
  matting: Matting,
  { jobs, isBatch, left }: PlannedWork,
  flags: Flags,
  { terminal, signal, counter, record }: Around & { readonly record: BatchRecord | undefined },
): Promise<number> {
  terminal.note(`device: ${matting.device.name} (${matting.device.version}), ${matting.device.reason}`)
  if (flags.watch) terminal.note('watching; Ctrl-C ends it')
  const { background, foreground, crop, format, effort, keepMetadata: metadata } = flags
  const { detail, augment, depth, again, batch, out, megapixels: limits } = flags
  const { concurrency } = matting
  // Of several pictures, work that is nearly done is not thrown away.
  const ending = isBatch ? { stop: signal } : { signal }
  const finishing = (): void => terminal.note('finishing what is in flight; Ctrl-C again ends at once')
  if (isBatch) signal.addEventListener('abort', finishing, { once: true })
  const reports = matteAll(matting, jobs, {
    ...{ background, foreground, crop: crop === true ? 0 : crop, format, effort, metadata },
    ...{
      matte: { detail, augment: augment !== undefined, depth, ...(limits && { limits }) },
      inFlight: picturesInFlight({ concurrency, batch }),
      record,
      again,
    },
    ...ending,
  })
  counter.begin()
  for await (const report of reports) {
    counter.count(report)
    if (out !== standardStream || report.error) tell(terminal, report, matting)
    if (isBatch && Array.isArray(jobs)) {
      terminal.progress({ stage: 'matte', name: 'pictures', done: counter.ended, total: jobs.length })
    }
  }
  if (!isBatch) return counter.exitCode
  const summary = counter.summary(matting.metrics(), concurrency, left())
  if (terminal.json) terminal.result('', { summary })
  else terminal.note(describeSummary(summary))
  return signal.aborted && summary.left > 0 ? exitCodes.aborted : counter.exitCode
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
    throw badArgument('--output', `another kind (${model} takes no pseudo-depth)`, output)
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
  const { input, outputs, timings, error, skipped } = report
  if (error) {
    tellError(terminal, input, error)
    return
  }
  const names = Object.values(outputs).map(here).join(', ')
  if (skipped) {
    if (terminal.json) terminal.result('', report)
    return
  }
  const { name, version, reason } = device
  const worked = Object.values<number>({ ...timings, queued: 0 }).reduce((sum, time) => sum + time, 0)
  const text = `${here(input)} → ${names} (${(worked / 1000).toFixed(1)} s)`
  terminal.result(text, { ...report, model: model.name, device: { name, version, reason } })
}

function tellError(terminal: Terminal, input: string, error: PdfnetError): void {
  if (terminal.json) terminal.result('', { input, error })
  else terminal.note(describeError(error).trimEnd())
}

function here(path: string): string {
  const below = relative('', path)
  return below.startsWith('..') || path === standardStream ? path : below
}
