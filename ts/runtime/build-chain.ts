/** Builds the engines of a chain: a plan for each of its graphs, from the store or made now. */

import { PdfnetError, throwIfAborted } from '../errors.js'
import type { Work } from '../progress.js'
import type { Entry, Store } from '../store/index.js'
import { libraryName } from '../tensorrt/index.js'
import { buildStored, planFile, storedRecord } from './build.js'
import type { GraphFiles } from './build-graph.js'
import { buildTarget, engineKey } from './build-key.js'
import type { BuildGpu, BuildLibrary } from './build-library.js'
import {
  checkBuildOptions,
  defaultRtxCapabilities,
  type BuildOptions,
  type BuildPhase,
  type OptimizationProfile,
} from './build-options.js'
import type { ChainStage } from './chain-program.js'
import { checkPlan } from './plan-check.js'
import type { PlanRecord } from './plan.js'

/** A stage as an ONNX file, with what an engine is built by. */
export interface GraphStage extends ChainStage {
  /** The ONNX first, then its external data. */
  readonly files: GraphFiles
  /** Of the inputs whose sizes differ from run to run. */
  readonly profile: OptimizationProfile
}

/** A stage as a plan. */
export interface PlanStage extends ChainStage {
  readonly record: PlanRecord
  /** False: the store had it. */
  readonly built: boolean
}

/** The library that is to run the engines. */
export interface ChainLibrary extends Omit<BuildLibrary, 'parser' | 'gpu'> {
  /** Without it nothing is built. */
  readonly parser?: string | undefined
  /** The GPU that is to run them. Undefined: TensorRT-RTX builds for the GPUs that it does by itself. */
  readonly gpu?: BuildGpu | undefined
}

export type BuildWhen = 'if-missing' | 'never'

export interface BuildChainOptions extends Work {
  readonly library: ChainLibrary
  readonly build: BuildWhen
  /** What builds them, for errors. */
  readonly command: string
  readonly onPhase?: ((phase: BuildPhase) => void) | undefined
}

/**
 * One after the other, as a build takes what memory and cores there are. Plans that the store has are checked before
 * they are given; damaged ones are built again.
 * @throws ERR_ENGINE_MISSING where one is not there and none is to be built, ERR_LIBRARY_LOAD where there is no parser,
 * and as `buildEngine` does
 */
export async function buildChain(
  store: Store,
  stages: readonly GraphStage[],
  options: BuildChainOptions,
): Promise<readonly PlanStage[]> {
  const { signal, onProgress } = options
  const total = stages.length
  const built: PlanStage[] = []
  for (const stage of stages) {
    throwIfAborted(signal)
    onProgress?.({ stage: 'build', name: 'engines', done: built.length, total })
    built.push(await planStage(store, stage, options))
  }
  onProgress?.({ stage: 'build', name: 'engines', done: total, total })
  return built
}

async function planStage(store: Store, stage: GraphStage, options: BuildChainOptions): Promise<PlanStage> {
  const { signal, onProgress, onPhase, library } = options
  const { name, from } = stage
  const buildOptions: BuildOptions = {
    onnx: stage.path,
    ...(Object.keys(stage.profile).length > 0 && { profiles: [stage.profile] }),
    targetCapabilities: ownTarget(library),
    signal,
    onProgress,
    onPhase: onPhase && ((phase) => onPhase({ ...phase, name: `${name}: ${phase.name}` })),
  }
  const found = await findPlan(store, stage, buildOptions, options)
  if (found) return { name, from, ...found, built: false }
  if (options.build === 'never') throw notBuilt(stage, options)
  const { plan, record, built } = await buildStored(store, withParser(library), buildOptions)
  return { name, from, path: plan, record, built }
}

/** A GPU that the library builds for only when it is named. */
function ownTarget({ flavour, gpu }: ChainLibrary): readonly string[] | undefined {
  const isLeftOut =
    flavour === 'rtx' && gpu && !(defaultRtxCapabilities as readonly string[]).includes(gpu.computeCapability)
  return isLeftOut ? [gpu.computeCapability] : undefined
}

async function findPlan(
  store: Store,
  stage: GraphStage,
  buildOptions: BuildOptions,
  { library, signal, onProgress }: BuildChainOptions,
): Promise<{ readonly path: string; readonly record: PlanRecord } | undefined> {
  const settings = checkBuildOptions(buildOptions)
  const key = engineKey(stage.files, library, buildTarget(library, settings), settings)
  const entry = await findEntry(store, key)
  if (!entry) return undefined
  const path = entry.file(planFile)
  const { flavour, version, gpu } = library
  try {
    const record = await checkPlan(path, { flavour, version, gpu }, { signal, onProgress })
    return { path, record: record ?? (await storedRecord(path)) }
  } catch (error) {
    if (error instanceof PdfnetError && error.code === 'ERR_PLAN_REFUSED' && error.details.fault !== 'device')
      return undefined
    throw error
  }
}

/** A damaged one counts as absent. */
async function findEntry(store: Store, key: string): Promise<Entry | undefined> {
  try {
    return await store.find('engines', key)
  } catch (error) {
    if (error instanceof PdfnetError && error.code === 'ERR_STORE_CORRUPT') return undefined
    throw error
  }
}

function withParser(library: ChainLibrary): BuildLibrary {
  const { parser, gpu, ...rest } = library
  if (parser !== undefined) return { ...rest, parser, ...(gpu && { gpu }) }
  throw new PdfnetError(
    'ERR_LIBRARY_LOAD',
    `${library.library} cannot build engines: its ONNX parser is not beside it`,
    {
      remedy: 'Install the library and its ONNX parser in one version',
      details: { library: library.library },
    },
  )
}

function notBuilt({ name }: GraphStage, { library, command }: BuildChainOptions): PdfnetError {
  const where = library.gpu ? ` on ${library.gpu.name}` : ''
  return new PdfnetError(
    'ERR_ENGINE_MISSING',
    `the engine "${name}" for ${libraryName(library)}${where} is not in the store, and build is 'never'`,
    { remedy: `Run: ${command}`, details: { stage: name } },
  )
}
