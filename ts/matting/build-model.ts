/** Builds a model's engines ahead of time, and tests them at once where they can run. */

import { PdfnetError } from '../errors.js'
import { findBuildLibrary, type ChainLibrary, type PlanStage } from '../runtime/index.js'
import { findDevice } from '../setup/index.js'
import { Store } from '../store/index.js'
import { allEngines, checkDepthOption } from './engines.js'
import { Matting } from './matting.js'
import { checkEngineOptions, checkModelOptions, type EngineOptions, type ModelOptions } from './options.js'

export interface BuildModelOptions extends ModelOptions, EngineOptions {}

export interface BuiltModel {
  /** In an order in which they can run. */
  readonly plans: readonly PlanStage[]
  /** False where no GPU that runs them is here: they are tested when they are first opened. */
  readonly tested: boolean
}

/**
 * Brings a model's chain of TensorRT engines into the store. TensorRT-RTX builds without a GPU, and for another one than
 * is here; TensorRT Enterprise for the one that is here.
 * @throws as `Matting.open` and `buildEngine` do; what was built before stays in the store
 */
export async function buildModel(options: BuildModelOptions): Promise<BuiltModel> {
  checkModelOptions(options)
  checkEngineOptions(options)
  checkDepthOption(options)
  const store = await Store.open(options.store)
  const { library, canRun } = await findBuilder(store, options)
  const engines = await allEngines(store, options, library, 'if-missing')
  if (canRun) await (await Matting.open({ ...options, device: 'tensorrt', build: 'never' })).dispose()
  return { plans: engines.flatMap(({ plans }) => plans!), tested: canRun }
}

async function findBuilder(
  store: Store,
  { gpu, library, signal }: BuildModelOptions,
): Promise<{ readonly library: ChainLibrary; readonly canRun: boolean }> {
  try {
    const device = await findDevice(store, { device: 'tensorrt', gpu, library })
    return { library: device.library!, canRun: true }
  } catch (error) {
    const isAbsent =
      error instanceof PdfnetError && (error.code === 'ERR_DEVICE_MISSING' || error.code === 'ERR_LIBRARY_MISSING')
    if (!isAbsent || gpu !== undefined) throw error
    return { library: await findBuildLibrary(library, signal), canRun: false }
  }
}
