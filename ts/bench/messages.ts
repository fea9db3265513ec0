/** What a bench and the processes that matte for it tell each other. */

import type { ErrorCode } from '../errors.js'
import type { RawPicture } from '../image/index.js'
import type { DepthMap, Matting, MattingOptions } from '../matting/index.js'
import type { Progress } from '../progress.js'
import type { BuildPhase, DeviceChoice } from '../runtime/index.js'
import type { Extent, Round } from './round.js'

/** What is measured: a matting, and how many ask it for mattes at the same time. */
export interface BenchConfiguration extends Omit<MattingOptions, 'signal' | 'onProgress' | 'onPhase'> {
  /** @default as many as its engines take: concurrency × batch */
  readonly inFlight?: number | undefined
}

/** What a process opens: a matting, or what stands in for one. */
export interface Subject extends Pick<Matting, 'matte' | 'metrics' | 'dispose'> {
  readonly device: DeviceChoice
  /** Of the GPU's memory, by estimate. */
  readonly gpuBytes?: number | undefined
}

/** As it crosses from process to process: an absolute path, the bytes of a file, or pixels. */
export type PlainPicture = string | Uint8Array | RawPicture

export type Question =
  | {
      readonly ask: 'open'
      readonly configuration: BenchConfiguration
      readonly picture: PlainPicture
      readonly depth: DepthMap
    }
  | { readonly ask: 'round'; readonly extent: Extent; readonly callers: number }
  | { readonly ask: 'close' }

export interface Opened {
  readonly device: DeviceChoice
  readonly seconds: number
  readonly gpuBytes?: number | undefined
}

export interface MeasuredRound extends Round {
  /** Pictures that the engines computed together, on average. */
  readonly batch: number
}

export interface Closed {
  /** The most that the process ever had in memory. */
  readonly peakRssBytes: number
}

export interface Answers {
  readonly open: Opened
  readonly round: MeasuredRound
  readonly close: Closed
}

export type Message =
  | { readonly answer: Opened | MeasuredRound | Closed }
  | { readonly error: ErrorData }
  | { readonly progress: Progress }
  | { readonly phase: BuildPhase }

export interface ErrorData {
  readonly code: ErrorCode
  readonly message: string
  readonly remedy: string
  readonly details?: Readonly<Record<string, unknown>>
}
