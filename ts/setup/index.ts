/** Set-up: brings libraries and weights into the store, prepares graphs from them, and says what works here. */

export { findCpuLibrary, setupCpu } from './cpu.js'
export { findDevice, type Device, type WantedDevice } from './device.js'
export { diagnose } from './doctor.js'
export type { Diagnosis, Finding } from './report.js'
export type { LibrarySetup } from './libraries.js'
export { addModel, listModels, type ListedModel } from './models.js'
export type { WantedWeights } from './source.js'
export { prepareModel, type PreparedModel, type PrepareOptions } from './prepared.js'
export { capabilities, librarySearch } from './search.js'
export { setupTensorrt, type TensorrtOptions, type TensorrtSetup } from './tensorrt.js'
export { pruneModels } from './prune.js'
export { verifyStore, type VerifiedEntry } from './verify.js'
