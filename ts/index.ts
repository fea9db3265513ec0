/** The public API: re-exports only. */

export { PdfnetError, catalogue, exitCodes, type ErrorCode, type ErrorKind } from './errors.js'
export type { Alpha, Limits, PictureInput, RawPicture } from './image/index.js'
export { Matte, Matting, type MatteOptions, type MatteTimings, type MattingOptions } from './matting/index.js'
export type { Capabilities, Capability, GpuDevice } from './native.js'
export type { Progress, Work } from './progress.js'
export type { DeviceChoice, DeviceName } from './runtime/index.js'
export { capabilities, diagnose } from './setup/index.js'
