/** Turns pictures into mattes: opens a model on a device, and mattes what it is given. */

export { buildModel, type BuildModelOptions, type BuiltModel } from './build-model.js'
export { FrameMemory } from './frame-memory.js'
export { Frame, frameBytes, type FrameFormat, type RawFrame } from './frame.js'
export type { FrameOptions, FrameSource } from './frames.js'
export { checkLookAhead, type Steadiness, type SteadyMode } from './frames-steady.js'
export type { DepthInput, DepthMap } from './given-depth.js'
export type { Uncertainty } from './inference.js'
export { Matte, type CropOptions, type MatteTimings, type TrimapOptions } from './matte.js'
export { Matting, type UseMatte } from './matting.js'
export type {
  Augmentation,
  DepthNetwork,
  EngineOptions,
  MatteOptions,
  MattingOptions,
  ModelOptions,
  WeightsOptions,
} from './options.js'
export type { MattingMetrics } from './schedule.js'
