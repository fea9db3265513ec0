/** The public API: re-exports only. */

export { PdfnetError, catalogue, exitCodes, type ErrorCode, type ErrorKind } from './errors.js'
export type { Alpha, Area, Limits, PictureInput, RawPicture } from './image/index.js'
export {
  BatchRecord,
  matteAll,
  picturesInFlight,
  PictureWatch,
  planJobs,
  type BatchOptions,
  type Job,
  type OutputKind,
  type PictureReport,
  type Plan,
  type PlanOptions,
  type WatchOptions,
} from './batch/index.js'
export {
  evaluate,
  findPairs,
  measurePair,
  measures,
  publishedFigures,
  readMap,
  readyPredictions,
  savedMattes,
  Summary as EvaluationSummary,
  writeReport as writeEvaluationReport,
  type EvaluateOptions,
  type EvaluationKind,
  type FoundPairs,
  type GreyMap,
  type Measured,
  type MeasureName,
  type Pair,
  type PairFolders,
  type PairResult,
  type Predict,
  type Prediction,
  type Problem as PairProblem,
  type PublishedFigure,
  type Report as EvaluationReport,
  type Scores,
  type SummaryFigures as EvaluationFigures,
} from './eval/index.js'
export { buildModel, Frame, Matte, Matting } from './matting/index.js'
export type {
  Augmentation,
  BuildModelOptions,
  BuiltModel,
  DepthInput,
  DepthMap,
  DepthNetwork,
  CropOptions,
  EngineOptions,
  FrameFormat,
  FrameOptions,
  FrameSource,
  MatteOptions,
  MatteTimings,
  MattingMetrics,
  MattingOptions,
  ModelOptions,
  TrimapOptions,
  Uncertainty,
  UseMatte,
  RawFrame,
  Steadiness,
  SteadyMode,
  WeightsOptions,
} from './matting/index.js'
export { openLive } from './live/index.js'
export type {
  Live,
  LiveDecision,
  LiveEncoder,
  LiveEnd,
  LiveEvent,
  LiveLatency,
  LiveOptions,
  LiveReport,
  LiveStep,
} from './live/index.js'
export type { Exported, ExportOptions } from './models/index.js'
export type { Capabilities, Capability, GpuDevice } from './native.js'
export type { Progress, Work } from './progress.js'
export { buildEngine, checkPlan, listEngines, pruneEngines, verifyEngines } from './runtime/index.js'
export type {
  BuildOptions,
  BuildPhase,
  BuildSettings,
  BuiltEngine,
  DeviceChoice,
  DeviceName,
  OptimizationProfile,
  PlanFault,
  PlanRecord,
  PlanTarget,
  PlanUse,
  ShapeRange,
  StoredEngine,
} from './runtime/index.js'
export { capabilities, diagnose, exportModel } from './setup/index.js'
export { matteRawVideo, matteVideo } from './video/index.js'
export type {
  RawVideoOptions,
  RawVideoReport,
  VideoKind,
  VideoLimits,
  VideoOptions,
  VideoProgress,
  VideoReport,
} from './video/index.js'
