/** What a bench found: figures of each configuration, and how the second compares with the first. */

import type { DeviceChoice } from '../runtime/index.js'
import type { BenchConfiguration, Closed, MeasuredRound, Opened } from './messages.js'
import type { Machine } from './machine.js'
import { percentilesOf, quantilesOf, rangeOf, type Quantiles, type Range } from './statistics.js'

export interface MeasuredConfiguration {
  readonly configuration: BenchConfiguration & { readonly inFlight: number }
  readonly device: DeviceChoice
  /** Of all rounds. */
  readonly pictures: number
  /** Pictures a second: of the rounds, and each round's. */
  readonly throughput: Range & { readonly rounds: readonly number[] }
  /** Milliseconds from call to matte, and the percentiles 0 to 100. */
  readonly latency: Quantiles & { readonly percentiles: readonly number[] }
  /** Milliseconds; those of the network are a whole batch's. */
  readonly stages: Readonly<Record<string, Quantiles>>
  /** Pictures that the engines computed together, on average. */
  readonly batch: number
  /** Of its process, from opening to closing. */
  readonly peakRssBytes: number
  /** What the engines need of the GPU's memory, by estimate. */
  readonly gpuBytes?: number | undefined
  readonly openingSeconds: number
}

export interface BenchReport {
  readonly machine: Machine
  /** What was matted, for a person to read. */
  readonly picture: string
  readonly warmup: number
  readonly rounds: number
  /** One, or two. */
  readonly measured: readonly MeasuredConfiguration[]
  /** Of two: the second's throughput as a multiple of the first's, round by round. */
  readonly ratio?: Range & { readonly rounds: readonly number[] }
}

/** In the order in which a picture goes through them; others come after. */
const stageOrder = ['decode', 'queued', 'copyIn', 'pre', 'depth', 'core', 'post', 'copyOut']

export interface Measurements {
  readonly configuration: BenchConfiguration & { readonly inFlight: number }
  readonly opened: Opened
  readonly rounds: readonly MeasuredRound[]
  readonly closed: Closed
}

export function measuredConfiguration({ configuration, opened, rounds, closed }: Measurements): MeasuredConfiguration {
  const latencies = rounds.flatMap((round) => round.latencies)
  const found = new Set([...stageOrder, ...rounds.flatMap(({ stages }) => Object.keys(stages))])
  const names = [...found].filter((name) => rounds.some(({ stages }) => name in stages))
  const stages = names.map((name) => {
    return [name, quantilesOf(rounds.flatMap((round) => round.stages[name] ?? []))] as const
  })
  const batches = rounds.map(({ batch, latencies: { length } }) => ({ batch, batches: length / batch }))
  return {
    configuration,
    device: opened.device,
    pictures: latencies.length,
    throughput: withRounds(rounds.map((round) => round.latencies.length / round.seconds)),
    latency: { ...quantilesOf(latencies), percentiles: percentilesOf(latencies) },
    stages: Object.fromEntries(stages),
    batch: latencies.length / batches.reduce((sum, round) => sum + round.batches, 0),
    peakRssBytes: closed.peakRssBytes,
    gpuBytes: opened.gpuBytes,
    openingSeconds: opened.seconds,
  }
}

export function ratioOf(
  first: MeasuredConfiguration,
  second: MeasuredConfiguration,
): NonNullable<BenchReport['ratio']> {
  return withRounds(second.throughput.rounds.map((rate, index) => rate / first.throughput.rounds[index]!))
}

function withRounds(rounds: readonly number[]): Range & { readonly rounds: readonly number[] } {
  return { ...rangeOf(rounds), rounds }
}
