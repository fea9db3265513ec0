/** Builds engines: from an ONNX file to a plan and its sidecar, in the store or where the caller wants them. */

import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { rename, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { PdfnetError, throwIfAborted } from '../errors.js'
import { atExit, Store } from '../store/index.js'
import { buildFiles, type BuildJob } from './build-files.js'
import { inspectGraph } from './build-graph.js'
import { buildTarget, engineKey } from './build-key.js'
import { findBuildLibrary, type BuildLibrary } from './build-library.js'
import { checkBuildOptions, type BuildOptions, type BuildSettings } from './build-options.js'
import { readPlanRecord, refusedPlan, sidecarOf, type PlanRecord } from './plan.js'

export interface BuiltEngine {
  /** Absolute path. */
  readonly plan: string
  readonly record: PlanRecord
  /** False: the store had it. */
  readonly built: boolean
}

/** The plan in an entry of the store. */
export const planFile = 'engine.plan'

/**
 * Builds an engine in a process of its own. Without `output` it goes to the store, where an equal one is not built
 * again, and whoever wants the same at the same time waits for the one that builds it.
 * @throws ERR_ARGUMENT, ERR_INPUT_MISSING, ERR_INPUT_READ, ERR_ONNX_FORMAT, ERR_ONNX_EXTERNAL, ERR_ONNX_OPERATOR,
 * ERR_LIBRARY_MISSING, ERR_LIBRARY_LOAD, ERR_DEVICE_MISSING, ERR_ENGINE_BUILD, ERR_MEMORY, ERR_OUTPUT_WRITE,
 * ERR_OUTPUT_CLASH, ERR_STORE_WRITE, ERR_STORE_TRUST or ERR_ABORTED; nothing is left then
 */
export async function buildEngine(options: BuildOptions): Promise<BuiltEngine> {
  const settings = checkBuildOptions(options)
  const { signal } = options
  throwIfAborted(signal)
  const [onnx, output] = [resolve(options.onnx), options.output === undefined ? undefined : resolve(options.output)]
  if (output !== undefined) await checkOutput(output, onnx)
  const library = await findBuildLibrary(options.library, signal)
  const job = await jobOf(onnx, library, settings, options)
  return output === undefined ? buildInStore(await Store.open(), job) : buildAt(output, job)
}

/** The same into that store, with a library that was found before. */
export async function buildStored(store: Store, library: BuildLibrary, options: BuildOptions): Promise<BuiltEngine> {
  const settings = checkBuildOptions(options)
  return buildInStore(store, await jobOf(resolve(options.onnx), library, settings, options))
}

async function jobOf(
  onnx: string,
  library: BuildLibrary,
  settings: BuildSettings,
  options: BuildOptions,
): Promise<BuildJob> {
  const { signal, onProgress } = options
  const target = buildTarget(library, settings)
  const graph = await inspectGraph(onnx, settings.profiles, { signal, onProgress })
  const key = engineKey(graph, library, target, settings)
  return { onnx, graph, library, target, settings, key, options }
}

async function buildInStore(store: Store, given: BuildJob): Promise<BuiltEngine> {
  const job = await withTimingCache(store, given)
  const { key, library, onnx } = job
  let record: PlanRecord | undefined
  const { signal, onProgress } = job.options
  const entry = await store.add(
    'engines',
    key,
    async (folder) => {
      record = await buildFiles(join(folder, planFile), job).catch((error: unknown) => {
        throw inStore(error, store)
      })
      return { facts: { name: basename(onnx), flavour: library.flavour, version: library.version } }
    },
    { signal, onProgress },
  )
  const plan = entry.file(planFile)
  return { plan, record: record ?? (await storedRecord(plan)), built: record !== undefined }
}

/** Only Enterprise times its kernels, and only what it has timed on the same GPU is of use. */
async function withTimingCache(store: Store, job: BuildJob): Promise<BuildJob> {
  const { flavour, version, gpu } = job.library
  if (flavour !== 'enterprise' || !gpu) return job
  const name = `${version}-${gpu.name}`.replaceAll(/[^\w.-]+/g, '-')
  return { ...job, timingCache: join(await store.cacheFolder('timing'), name) }
}

/** The record of a plan in the store, which has been hashed with it. */
export async function storedRecord(plan: string): Promise<PlanRecord> {
  const record = await readPlanRecord(plan)
  if (!record) throw refusedPlan(plan, 'foreign', 'it has no sidecar')
  return record
}

function inStore(error: unknown, { root }: Store): unknown {
  if (!(error instanceof PdfnetError) || error.code !== 'ERR_OUTPUT_WRITE') return error
  return new PdfnetError('ERR_STORE_WRITE', `the store ${root} could not be written: ${error.message}`, {
    cause: error,
  })
}

/** Both files appear whole, the sidecar last: a plan is not used without the sidecar that has its hash. */
async function buildAt(output: string, job: BuildJob): Promise<BuiltEngine> {
  const temporary = join(dirname(output), `.${basename(output)}.${randomBytes(6).toString('hex')}`)
  const remove = (): void => {
    for (const file of [temporary, sidecarOf(temporary)]) rmSync(file, { force: true })
  }
  const forget = atExit(remove)
  try {
    const record = await buildFiles(temporary, job)
    throwIfAborted(job.options.signal)
    await rename(temporary, output)
    await rename(sidecarOf(temporary), sidecarOf(output))
    return { plan: output, record, built: true }
  } catch (error) {
    throw outputError(error, output)
  } finally {
    forget()
    remove()
  }
}

function outputError(error: unknown, output: string): unknown {
  if (error instanceof PdfnetError || !(error instanceof Error) || !('syscall' in error)) return error
  return new PdfnetError('ERR_OUTPUT_WRITE', `${output} could not be written: ${error.message}`, { cause: error })
}

async function checkOutput(output: string, onnx: string): Promise<void> {
  if ([output, sidecarOf(output)].includes(onnx)) {
    throw new PdfnetError('ERR_OUTPUT_CLASH', `${onnx} would be overwritten by its own engine`, {
      remedy: 'Give the plan another name',
    })
  }
  const isFolder = await stat(output).then(
    (stats) => stats.isDirectory(),
    () => false,
  )
  if (isFolder) throw new PdfnetError('ERR_OUTPUT_WRITE', `${output} is a folder, expected the name of a file`)
}
