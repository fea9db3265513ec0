/** The verb `bench`: how fast a model is here, and how a second configuration compares. */

import { resolve } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import {
  benchPage,
  benchPicture,
  describeConfiguration,
  runBench,
  type BenchReport,
  type MeasuredConfiguration,
} from '../bench/index.js'
import { counted, writeFiles } from '../report/index.js'
import {
  changedFlags,
  configurationOf,
  parseChanges,
  withConfigurationFlags,
  type Changes,
  type ConfigurationFlags,
} from './bench-flags.js'
import { parseWhole } from './model-flags.js'
import type { Start } from './run.js'
import type { Terminal } from './terminal.js'

interface Flags extends ConfigurationFlags {
  readonly versus?: Changes
  readonly picture: string | { readonly width: number; readonly height: number }
  readonly decoded?: true
  readonly warmup: number
  readonly rounds: number
  readonly duration: number
  readonly runs?: number
  readonly out?: string
}

export function benchVerb(start: Start): Command {
  const command = new Command('bench').description(
    'Measure how fast a model is here: pictures a second, latency, stages, memory.',
  )
  return withConfigurationFlags(command)
    .addOption(
      new Option('--versus <changes>', 'by turns with the same but for these flags, as device=cpu,batch=2').argParser(
        parseChanges,
      ),
    )
    .addOption(
      new Option('--picture <WxH|file>', 'what is matted: a synthetic JPEG, or a file')
        .argParser(parsePicture)
        .default({ width: 1920, height: 1080 }, '1920x1080'),
    )
    .option('--decoded', 'give it as pixels, so that decoding is not measured')
    .option('--warmup <n>', 'pictures before the first round', parseWhole, 3)
    .option('--rounds <n>', 'rounds, which show how much figures wander', parseWhole, 5)
    .option('--duration <seconds>', 'of a round', parseSeconds, 3)
    .addOption(
      new Option('--runs <n>', 'pictures of a round, in place of a duration')
        .argParser(parseWhole)
        .conflicts('duration'),
    )
    .option('-o, --out <folder>', 'writes bench.json and bench.html')
    .option('--json', 'one line of JSON')
    .action((flags: Flags) => start((terminal, signal) => bench(flags, terminal, signal)))
}

async function bench(flags: Flags, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const { versus, picture, decoded = false, warmup, rounds, duration, runs, out } = flags
  const both = versus === undefined ? [flags] : [flags, changedFlags(flags, versus)]
  const report = await runBench(both.map(configurationOf), {
    picture: await benchPicture(picture, decoded),
    ...{ warmup, rounds, extent: runs === undefined ? { seconds: duration } : { pictures: runs } },
    signal,
    onProgress: terminal.progress,
    onPhase: ({ name, seconds }) => terminal.status(name, `${seconds.toFixed(1)} s`),
  })
  const files =
    out === undefined
      ? {}
      : await writeFiles(resolve(out), {
          'bench.json': `${JSON.stringify(report, undefined, 2)}\n`,
          'bench.html': benchPage(report),
        })
  terminal.result([described(report), ...Object.values(files)].join('\n'), report)
  return 0
}

function described({ machine, picture, rounds, measured, ratio }: BenchReport): string {
  const { processor, cores, memoryBytes, loadAverage, node, version } = machine
  const memory = `${Math.round(memoryBytes / 2 ** 30)} GiB`
  const lines = [
    `pdfnet-trt ${version}, Node ${node}; ${processor}, ${cores} cores, ${memory}, load ${loadAverage.toFixed(1)}`,
    `the picture: ${picture}; ${counted(rounds, 'round')}`,
    ...measured.flatMap(describeMeasured),
  ]
  if (!ratio) return lines.join('\n')
  const { median, least, most } = ratio
  const compared = `the second gives ${times(median)} times the first's pictures (${times(least)}–${times(most)})`
  return [...lines, '', compared].join('\n')
}

function describeMeasured(one: MeasuredConfiguration): string[] {
  const { throughput, latency, stages, pictures, batch, peakRssBytes, gpuBytes, openingSeconds } = one
  const { median, least, most } = throughput
  const medians = Object.entries(stages).map(([name, { p50 }]) => `${name} ${milliseconds(p50)}`)
  const gpu = gpuBytes === undefined ? '' : `; ${megabytes(gpuBytes)} of the GPU's, by estimate`
  return [
    '',
    describeConfiguration(one),
    `  throughput  ${median.toFixed(2)} pictures/s (${least.toFixed(2)}–${most.toFixed(2)}), ${counted(pictures, 'picture')}`,
    `  latency     p50 ${milliseconds(latency.p50)}, p90 ${milliseconds(latency.p90)}, p99 ${milliseconds(latency.p99)} ms`,
    `  stages      ${medians.join(', ')} ms at the median`,
    `  batch       ${batch.toFixed(2)} together on average`,
    `  memory      ${megabytes(peakRssBytes)} at its peak${gpu}`,
    `  opening     ${openingSeconds.toFixed(2)} s`,
  ]
}

function times(ratio: number): string {
  return ratio.toFixed(2)
}

function milliseconds(time: number): string {
  return time.toFixed(time < 10 ? 2 : time < 100 ? 1 : 0)
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`
}

function parsePicture(text: string): Flags['picture'] {
  const [, width, height] = /^(\d+)x(\d+)$/.exec(text) ?? []
  return width === undefined ? text : { width: Number(width), height: Number(height) }
}

function parseSeconds(text: string): number {
  if (!/^\d*\.?\d+$/.test(text)) throw new InvalidArgumentError('Expected seconds, as 3 or 0.5.')
  return Number(text)
}
