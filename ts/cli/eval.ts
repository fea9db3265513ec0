/** The verb `eval`: predictions, ready or made now, against ground truth. */

import { basename, join, resolve } from 'node:path'
import { Command, Option } from 'commander'
import { badArgument, exitCodes, PdfnetError } from '../errors.js'
import {
  evaluate,
  evaluationKinds,
  findPairs,
  measureNames,
  measures,
  publishedFigures,
  readyPredictions,
  savedMattes,
  Summary,
  writeReport,
  type EvaluationKind,
  type FoundPairs,
  type PairFolders,
  type Predict,
  type Problem,
  type SummaryFigures,
} from '../eval/index.js'
import { Matting, type Augmentation } from '../matting/index.js'
import { loadRecipe } from '../models/index.js'
import type { DeviceName } from '../runtime/index.js'
import { augmentFlag, modelOptions, withModelFlags, type ModelFlags } from './model-flags.js'
import type { Start } from './run.js'
import { describeError, type Terminal } from './terminal.js'

interface Flags extends ModelFlags {
  readonly predictions?: string
  readonly truths?: string
  readonly pictures?: string
  readonly depths?: string
  readonly model: string
  readonly augment?: Augmentation
  readonly device: DeviceName | 'auto'
  readonly kind: EvaluationKind
  readonly split?: string
  readonly out: string
}

export function evalVerb(start: Start): Command {
  const command = new Command('eval')
    .description('Measure predictions against ground truth: ready ones, or those of a model that is run now.')
    .argument('[data]', 'a folder as those of DIS5K: pictures in im/, truths in gt/')
    .option('--predictions <folder>', 'ready predictions, named as the truths are; no model is run')
    .option('--truths <folder>', 'where they are (default: gt/ of the data)')
    .option('--pictures <folder>', 'where they are (default: im/ of the data)')
    .option('--depths <folder>', 'pseudo-depths: adds depth integrity')
    .addOption(new Option('--kind <kind>', 'what the truths are').choices(evaluationKinds).default('masks'))
    .option('--split <name>', 'of DIS5K, as DIS-VD: published figures are shown beside (default: the name of the data)')
    .addOption(new Option('-m, --model <name>', 'see `pdfnet-trt models list`').default('isnet'))
  return withModelFlags(command)
    .addOption(augmentFlag())
    .addOption(new Option('-d, --device <name>', 'what computes').choices(['auto', 'tensorrt', 'cpu']).default('auto'))
    .option('-o, --out <folder>', 'report.json, report.csv, report.html; and what a model predicts', 'evaluation')
    .option('--json', 'a line of JSON for each pair, and one for all')
    .action((data: string | undefined, flags: Flags) =>
      start((terminal, signal) => evaluateFolder(data, flags, terminal, signal)),
    )
}

async function evaluateFolder(
  data: string | undefined,
  flags: Flags,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const folders = foldersOf(data, flags)
  const found = await findPairs(folders)
  const problems: Problem[] = []
  for (const problem of found.problems) note(problem, problems, terminal)
  const summary = new Summary()
  await withPredictions(flags, terminal, signal, async (predict) => {
    await measureAll(found, { kind: flags.kind, predict, signal }, summary, problems, terminal)
  })
  if (summary.scored.length === 0) throw noneMeasured(folders, problems)
  const figures = summary.figures()
  const subject = flags.predictions ?? (flags.augment ? `${flags.model}, augmented (${flags.augment})` : flags.model)
  const split = flags.split ?? basename(resolve(data ?? folders.truths))
  const report = { subject, split, kind: flags.kind, figures, scored: summary.scored, problems }
  const files = await writeReport({ ...report, published: publishedFigures(split) }, resolve(flags.out))
  terminal.result(`${described(figures)}\n${Object.values(files).join('\n')}`, {
    subject,
    split,
    ...figures,
    problems: problems.length,
    files,
  })
  return problems.length === 0 ? 0 : exitCodes.partial
}

async function measureAll(
  found: FoundPairs,
  options: Parameters<typeof evaluate>[1],
  summary: Summary,
  problems: Problem[],
  terminal: Terminal,
): Promise<void> {
  const total = found.pairs.length
  let done = 0
  for await (const result of evaluate(found.pairs, options)) {
    const { name } = result.pair
    summary.add(result)
    if (result.error) note({ name, error: result.error }, problems, terminal)
    else if (terminal.json) terminal.result('', { name, ...result.scores })
    terminal.progress({ stage: 'measure', name: 'pairs', done: ++done, total })
  }
}

function foldersOf(data: string | undefined, flags: Flags): PairFolders {
  const { predictions, depths } = flags
  const truths = flags.truths ?? (data === undefined ? undefined : join(data, 'gt'))
  if (truths === undefined) throw badArgument('--truths', 'a folder, where no data is named', truths)
  const pictures = flags.pictures ?? (data === undefined ? undefined : join(data, 'im'))
  if (predictions === undefined && pictures === undefined) {
    throw badArgument('--predictions', 'a folder, where there are no pictures to predict from', predictions)
  }
  // Ready predictions need no pictures: those of the data are not asked for then.
  return { truths, predictions, depths, pictures: predictions === undefined ? pictures : flags.pictures }
}

async function withPredictions(
  flags: Flags,
  terminal: Terminal,
  signal: AbortSignal,
  work: (predict: Predict) => Promise<void>,
): Promise<void> {
  if (flags.predictions !== undefined) return work(readyPredictions)
  const { model, device, augment } = flags
  const matting = await Matting.open({
    ...modelOptions(model, flags, loadRecipe(model).input.depth !== undefined),
    augmentation: augment,
    device,
    signal,
    onProgress: terminal.progress,
    onPhase: ({ name, seconds }) => terminal.status(name, `${seconds.toFixed(1)} s`),
  })
  try {
    await work(savedMattes(matting, join(resolve(flags.out), 'predictions'), { augment: augment !== undefined }))
  } finally {
    await matting.dispose()
  }
}

function note(problem: Problem, problems: Problem[], terminal: Terminal): void {
  problems.push(problem)
  if (terminal.json) terminal.result('', problem)
  else terminal.note(describeError(problem.error).trimEnd())
}

function noneMeasured({ truths }: PairFolders, problems: readonly Problem[]): PdfnetError {
  const [first] = problems
  return first?.error ?? new PdfnetError('ERR_INPUT_EMPTY', `there is nothing to measure in ${truths}`)
}

function described({ pairs, scores }: SummaryFigures): string {
  const lines = measureNames.flatMap((name) => {
    const score = scores[name]
    return score === undefined ? [] : `${measures[name].title.padEnd(24)}${score.toFixed(measures[name].digits)}`
  })
  return [...lines, `${'pairs'.padEnd(24)}${pairs}`].join('\n')
}
