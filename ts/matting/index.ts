/** Turns pictures into mattes: opens a model on a device, and mattes what it is given. */

export { Matte, type MatteTimings } from './matte.js'
export { Matting } from './matting.js'
export type { MatteOptions, MattingOptions } from './options.js'
