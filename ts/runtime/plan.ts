/** The sidecar of a plan: what the plan is, from what it was built, for what, and what the build took. */

import { readFile, stat } from 'node:fs/promises'
import { PdfnetError } from '../errors.js'
import type { FileRecord } from '../store/index.js'
import type { Flavour } from '../tensorrt/index.js'
import type { GraphFiles } from './build-graph.js'
import type { BuildSettings } from './build-options.js'

/** The GPUs that can run a plan: those of some capabilities (RTX), or the one that it was built on (Enterprise). */
export type PlanTarget =
  { readonly computeCapabilities: readonly string[] } | { readonly gpu: string; readonly computeCapability: string }

export interface PlanRecord {
  readonly format: 1
  /** The engine's key in the store: everything that the plan depends on, hashed. */
  readonly key: string
  /** The ONNX first, then its external data. */
  readonly graph: GraphFiles
  readonly library: { readonly flavour: Flavour; readonly version: string }
  readonly target: PlanTarget
  readonly settings: BuildSettings
  readonly plan: FileRecord
  readonly build: {
    readonly seconds: number
    readonly peakRssBytes: number
  }
  /** What a run needs on the GPU, where the library says so. */
  readonly activationBytes?: number
  readonly weightBytes?: number
  /**
   * An engine that was built where it cannot run is tested at its first opening. A sidecar never changes, so it always
   * says `untested`; of an engine in the store, `listEngines` says what is so.
   */
  readonly tested: 'untested' | 'passed'
}

const largestSidecar = 1 << 20

export function sidecarOf(plan: string): string {
  return `${plan}.json`
}

/** Undefined where there is none. Throws ERR_PLAN_REFUSED where it is no sidecar. */
export async function readPlanRecord(plan: string): Promise<PlanRecord | undefined> {
  const file = sidecarOf(plan)
  const stats = await stat(file).catch(() => undefined)
  if (!stats) return undefined
  let value: unknown
  try {
    if (!stats.isFile() || stats.size > largestSidecar) throw new Error('it is not a small file')
    value = JSON.parse(await readFile(file, 'utf8'))
    if (!isPlanRecord(value)) throw new Error('it does not describe a plan')
  } catch (cause) {
    throw refusedPlan(plan, 'foreign', `its sidecar ${file} cannot be used: ${(cause as Error).message}`, cause)
  }
  return value
}

/** Why a plan is not used: for programs. */
export type PlanFault = 'missing' | 'truncated' | 'damaged' | 'foreign' | 'device' | 'library'

export function refusedPlan(plan: string, fault: PlanFault, why: string, cause?: unknown): PdfnetError {
  return new PdfnetError('ERR_PLAN_REFUSED', `${plan} is not used: ${why}`, { cause, details: { plan, fault } })
}

function isPlanRecord(value: unknown): value is PlanRecord {
  return (
    isObject(value) &&
    value.format === 1 &&
    typeof value.key === 'string' &&
    isObject(value.library) &&
    (value.library.flavour === 'rtx' || value.library.flavour === 'enterprise') &&
    typeof value.library.version === 'string' &&
    /^\d+(\.\d+)+$/.test(value.library.version) &&
    isTarget(value.target) &&
    isObject(value.settings) &&
    isObject(value.build) &&
    Array.isArray(value.graph) &&
    isObject(value.plan) &&
    Number.isSafeInteger(value.plan.bytes) &&
    typeof value.plan.sha256 === 'string' &&
    /^[0-9a-f]{64}$/.test(value.plan.sha256)
  )
}

function isTarget(value: unknown): value is PlanTarget {
  if (!isObject(value)) return false
  const { computeCapabilities, gpu, computeCapability } = value
  if (Array.isArray(computeCapabilities)) return computeCapabilities.every((one) => typeof one === 'string')
  return typeof gpu === 'string' && typeof computeCapability === 'string'
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
