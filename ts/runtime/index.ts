/** Builds and runs engines: plans and their sidecars, which device, sessions on it, the chain from picture to matte, and the queue before it. */

export { buildEngine, type BuiltEngine } from './build.js'
export { listEngines, pruneEngines, verifyEngines, type StoredEngine } from './build-entries.js'
export { findBuildLibrary, type BuildLibrary } from './build-library.js'
export {
  type BuildOptions,
  type BuildPhase,
  type BuildSettings,
  type OptimizationProfile,
  type ShapeRange,
} from './build-options.js'
export { checkFit, checkPlan, type PlanUse } from './plan-check.js'
export { type PlanFault, type PlanRecord, type PlanTarget } from './plan.js'
export { Chain, type ChainFiles, type ChainResult, type MatteType, type StageTimings } from './chain.js'
export { chooseDevice, type DeviceChoice, type DeviceName } from './device.js'
export { Queue, type QueueOptions } from './queue.js'
export { selfTest } from './selftest.js'
export { Session } from './session.js'
