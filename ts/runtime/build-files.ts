/** Builds one plan into a new file and describes it. */

import { open, type FileHandle } from 'node:fs/promises'
import { PdfnetError } from '../errors.js'
import { hashFiles } from '../store/index.js'
import type { GraphFiles } from './build-graph.js'
import type { BuildLibrary } from './build-library.js'
import type { BuildReport, BuiltMessage } from './build-messages.js'
import type { BuildOptions, BuildSettings } from './build-options.js'
import { planDescriptor, runBuildProgram } from './build-process.js'
import { sidecarOf, type PlanRecord, type PlanTarget } from './plan.js'

export interface BuildJob {
  /** Absolute path. */
  readonly onnx: string
  readonly graph: GraphFiles
  readonly library: BuildLibrary
  readonly target: PlanTarget
  readonly settings: BuildSettings
  readonly key: string
  readonly options: BuildOptions
  /** Absolute path of what the library has measured in earlier builds: of Enterprise. */
  readonly timingCache?: string
}

/** Writes a plan and its sidecar, both new files, and waits until they are on the disk. */
export async function buildFiles(plan: string, job: BuildJob): Promise<PlanRecord> {
  const { signal, onPhase, onProgress } = job.options
  const { library, gpu } = job.library
  const subject = job.onnx
  const report = await withNewFile(plan, ({ fd }) =>
    runBuildProgram(words(job), { library, plan: fd, gpu: gpu?.index, subject, signal, onPhase }),
  )
  const { built } = report
  if (!built) throw new PdfnetError('ERR_ENGINE_BUILD', `${subject}: the build program ended without saying how`)
  const [digest] = await hashFiles([plan], { stage: 'hash', name: 'the plan' }, { signal, onProgress })
  const { bytes, hex } = digest!
  if (bytes !== built.planBytes) {
    throw new PdfnetError('ERR_OUTPUT_WRITE', `${plan} has ${bytes} bytes after ${built.planBytes} were written`)
  }
  const record = describe(job, report, built, { bytes, sha256: hex })
  await withNewFile(sidecarOf(plan), (file) => file.writeFile(`${JSON.stringify(record, null, 2)}\n`))
  return record
}

async function withNewFile<Result>(path: string, write: (file: FileHandle) => Promise<Result>): Promise<Result> {
  const file = await open(path, 'wx', 0o600)
  try {
    const result = await write(file)
    await file.sync()
    return result
  } finally {
    await file.close()
  }
}

function describe(
  { graph, library, target, settings, key }: BuildJob,
  report: BuildReport,
  { milliseconds, peakRssBytes }: BuiltMessage,
  plan: PlanRecord['plan'],
): PlanRecord {
  const activationBytes = report.bytesOf('Total Activation Memory')
  const weightBytes = report.bytesOf('Total Weights Memory')
  return {
    format: 1,
    key,
    graph,
    library: { flavour: library.flavour, version: library.version },
    target,
    settings,
    plan,
    build: { seconds: milliseconds / 1000, peakRssBytes },
    ...(activationBytes !== undefined && { activationBytes }),
    ...(weightBytes !== undefined && { weightBytes }),
    tested: 'untested',
  }
}

/** What the build program is told. */
function words({ onnx, library, settings, timingCache }: BuildJob): readonly string[] {
  const { profiles, workspaceBytes, optimizationLevel, auxiliaryStreams, targetCapabilities = [] } = settings
  const option = (name: string, value: number | undefined): string[] => (value === undefined ? [] : [name, `${value}`])
  return [
    ...['library', library.library, 'parser', library.parser, 'onnx', onnx, 'plan-fd', `${planDescriptor}`],
    ...profiles.flatMap((profile) => ['profile', ...Object.entries(profile).flatMap(inputWords)]),
    ...option('workspace-bytes', workspaceBytes),
    ...option('optimization-level', optimizationLevel),
    ...option('auxiliary-streams', auxiliaryStreams),
    ...(timingCache === undefined ? [] : ['timing-cache', timingCache]),
    ...targetCapabilities.flatMap((capability) => ['target', capability.replace('.', '')]),
  ]
}

function inputWords([name, { min, opt, max }]: [string, BuildSettings['profiles'][number][string]]): string[] {
  return ['input', name, ...[min, opt, max].map((sizes) => sizes.join('x'))]
}
