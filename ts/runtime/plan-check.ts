/** Checks a plan before a library sees it: a plan is code. */

import { lstat } from 'node:fs/promises'
import type { Work } from '../progress.js'
import { hashFiles } from '../store/index.js'
import { compareVersions, libraryName, type Flavour } from '../tensorrt/index.js'
import { readPlanRecord, refusedPlan, type PlanRecord } from './plan.js'

/** What is to run the plan. */
export interface PlanUse {
  readonly flavour: Flavour
  /** Full version of the library. */
  readonly version: string
  /** Undefined where there is none: then the GPU is not checked. */
  readonly gpu?: { readonly name: string; readonly computeCapability: string } | undefined
  /** The hash of a plan that was not built here, 64 hexadecimal digits: it needs no sidecar then. */
  readonly sha256?: string | undefined
}

/**
 * Resolves with the plan's record, where it has one.
 * @throws ERR_PLAN_REFUSED, whose `details.fault` says why: `missing`, `truncated`, `damaged`, `foreign` (no sidecar and
 * no hash), `device` (built for other GPUs) or `library` (of another version or flavour); ERR_ABORTED
 */
export async function checkPlan(plan: string, use: PlanUse, work: Work = {}): Promise<PlanRecord | undefined> {
  const stats = await lstat(plan).catch((cause: unknown) => {
    throw refusedPlan(plan, 'missing', 'it cannot be found', cause)
  })
  if (!stats.isFile()) throw refusedPlan(plan, 'missing', 'it is not a file')
  const record = await readPlanRecord(plan)
  if (!record && use.sha256 === undefined) {
    throw refusedPlan(plan, 'foreign', 'it has no sidecar, and its SHA-256 was not given, so nothing says what it is')
  }
  if (record) {
    const { bytes } = record.plan
    if (stats.size < bytes) throw refusedPlan(plan, 'truncated', `it has ${stats.size} of ${bytes} bytes`)
    if (stats.size > bytes) throw refusedPlan(plan, 'damaged', `it has ${stats.size} bytes instead of ${bytes}`)
    checkFit(plan, record, use)
  }
  const [digest] = await hashFiles([plan], { stage: 'hash', name: plan }, work)
  for (const expected of [record?.plan.sha256, use.sha256?.toLowerCase()]) {
    if (expected !== undefined && digest!.hex !== expected)
      throw refusedPlan(plan, 'damaged', `its SHA-256 is ${digest!.hex}, expected ${expected}`)
  }
  return record
}

/** Whether the plan was built for what is to run it, by its record alone. Throws ERR_PLAN_REFUSED. */
export function checkFit(plan: string, record: PlanRecord, use: PlanUse): void {
  checkLibrary(plan, record, use)
  checkTarget(plan, record, use)
}

/** Plans are for the very version that built them. */
function checkLibrary(plan: string, { library }: PlanRecord, use: PlanUse): void {
  if (library.flavour === use.flavour && library.version === use.version) return
  const [built, here] = [libraryName(library), libraryName(use)]
  const order = library.flavour === use.flavour ? compareVersions(library.version, use.version) : 0
  const is = order > 0 ? 'newer than' : order < 0 ? 'older than' : 'not'
  throw refusedPlan(plan, 'library', `it was built by ${built}, which is ${is} the ${here} that is here`)
}

function checkTarget(plan: string, { target }: PlanRecord, { gpu }: PlanUse): void {
  if (!gpu) return
  const here = `the GPU here is ${gpu.name}, compute capability ${gpu.computeCapability}`
  if ('gpu' in target) {
    if (target.gpu === gpu.name && target.computeCapability === gpu.computeCapability) return
    throw refusedPlan(plan, 'device', `it was built on ${target.gpu} (${target.computeCapability}), and ${here}`)
  }
  const { computeCapabilities } = target
  if (computeCapabilities.includes(gpu.computeCapability)) return
  throw refusedPlan(
    plan,
    'device',
    `it was built for compute capability ${computeCapabilities.join(', ')}, and ${here}`,
  )
}
