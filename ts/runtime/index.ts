/** Builds and runs engines: plans and their sidecars, which device, sessions on it, the chain from picture to matte, and the queue before it. */

export { buildEngine, type BuiltEngine } from './build.js'
export { buildChain, type BuildWhen, type ChainLibrary, type GraphStage, type PlanStage } from './build-chain.js'
export { listEngines, pruneEngines, testedPlans, verifyEngines, type StoredEngine } from './build-entries.js'
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
export { Chain } from './chain.js'
export {
  type ChainItem,
  type ChainResult,
  type MatteType,
  type PictureTensor,
  type Size,
  type StageTimings,
} from './chain-items.js'
export { type ChainStage } from './chain-program.js'
export { chooseDevice, type DeviceChoice, type DeviceName } from './device.js'
export { Histogram, type Spread } from './histogram.js'
export { Metrics, type MetricsSnapshot } from './metrics.js'
export { alone, type Member, type Work } from './micro-batch.js'
export { Queue, type QueueOptions } from './queue.js'
export { scene, selfTest, type SelfTest, type Tolerance } from './selftest.js'
export { Session } from './session.js'
export { highestPriority, lowestPriority, turnOf, type Turn, type TurnOptions } from './turn.js'
