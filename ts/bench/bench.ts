/** Runs a bench: opens its configurations, warms them up, and measures them by turns. */

import { badArgument } from '../errors.js'
import { Child, type ChildWork } from './child.js'
import { machine } from './machine.js'
import type { BenchConfiguration, MeasuredRound, Opened } from './messages.js'
import type { NamedPicture } from './picture.js'
import { measuredConfiguration, ratioOf, type BenchReport, type Measurements } from './report.js'
import type { Extent } from './round.js'

export interface BenchOptions extends ChildWork {
  /** What is matted, again and again. Of pixels, decoding is not measured. */
  readonly picture: NamedPicture
  /** Pictures before the first round, which do not count. */
  readonly warmup: number
  readonly rounds: number
  /** Of each round. */
  readonly extent: Extent
}

type Configuration = Measurements['configuration']

/** A configuration's process, and what came of it so far. */
interface Contender {
  readonly configuration: Configuration
  readonly child: Child
  readonly opened: Opened
  readonly rounds: MeasuredRound[]
}

const program = new URL('./program.js', import.meta.url)

/**
 * Two configurations take turns, and who is first changes each round, so that what else the machine does hits both.
 * Rejects with ERR_ARGUMENT, as `Matting.open` and `matting.matte` do, with ERR_ENGINE_RUN where a process ends, or
 * with ERR_ABORTED; no process is left then.
 * @param configurations one, or two to compare
 * @param childProgram stands in for the one that opens a `Matting`
 */
export async function runBench(
  configurations: readonly BenchConfiguration[],
  options: BenchOptions,
  childProgram = program,
): Promise<BenchReport> {
  checkOptions(configurations, options)
  const before = machine()
  const children = configurations.map(() => new Child(childProgram, options))
  try {
    const contenders: Contender[] = []
    for (const [index, child] of children.entries()) contenders.push(await open(child, configurations[index]!, options))
    for (let round = 0; round < options.rounds; round++) {
      for (const one of round % 2 === 0 ? contenders : [...contenders].reverse()) {
        one.rounds.push(await measure(one, options.extent))
      }
      options.onProgress?.({ stage: 'measure', name: 'rounds', done: round + 1, total: options.rounds })
    }
    const measured = []
    for (const one of contenders) {
      measured.push(measuredConfiguration({ ...one, closed: await one.child.ask<'close'>({ ask: 'close' }) }))
    }
    const { picture, warmup, rounds } = options
    const [first, second] = measured
    return {
      machine: before,
      picture: picture.name,
      warmup,
      rounds,
      measured,
      ...(second && { ratio: ratioOf(first!, second) }),
    }
  } finally {
    await Promise.all(children.map((child) => child.end()))
  }
}

async function open(
  child: Child,
  wanted: BenchConfiguration,
  { picture, warmup: pictures }: BenchOptions,
): Promise<Contender> {
  const { concurrency = 1, batch = 1, inFlight = concurrency * batch } = wanted
  const configuration = { ...wanted, inFlight }
  const contender = {
    configuration,
    child,
    opened: await child.ask<'open'>({ ask: 'open', configuration, picture: picture.input, depth: picture.depth }),
    rounds: [],
  }
  if (pictures > 0) await measure(contender, { pictures })
  return contender
}

function measure({ child, configuration: { inFlight } }: Contender, extent: Extent): Promise<MeasuredRound> {
  return child.ask<'round'>({ ask: 'round', extent, callers: inFlight })
}

function checkOptions(configurations: readonly BenchConfiguration[], options: BenchOptions): void {
  if (configurations.length < 1 || configurations.length > 2) {
    throw badArgument('configurations', 'one, or two to compare', configurations)
  }
  const { warmup, rounds, extent } = options
  checkWhole('warmup', 0, 1e6, warmup)
  checkWhole('rounds', 1, 10_000, rounds)
  if ('pictures' in extent) checkWhole('pictures of a round', 1, 1e6, extent.pictures)
  else if (!(extent.seconds > 0 && extent.seconds <= 86_400)) {
    throw badArgument('seconds of a round', 'more than 0, at most 86400', extent.seconds)
  }
  for (const { inFlight } of configurations) if (inFlight !== undefined) checkWhole('inFlight', 1, 1024, inFlight)
}

function checkWhole(name: string, least: number, most: number, value: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return
  throw badArgument(name, `a whole number from ${least} to ${most}`, value)
}
