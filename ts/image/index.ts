/** The image room: pictures of every accepted kind are decoded here, and alphas, cut-outs and composites encoded. */

export { alphaImage, type Alpha } from './alpha.js'
export { parseBackground, type Background } from './background.js'
export { composite } from './composite.js'
export { cutAlpha, cutout } from './cutout.js'
export { formatOf, type OutputFormat } from './format.js'
export type { PictureInput, RawPicture } from './input.js'
export { defaultLimits, type Limits } from './limits.js'
export { openPicture, type OpenPictureOptions, type Picture } from './picture.js'
export type { Depth } from './samples.js'
export { sniff, type PictureFormat } from './sniff.js'
export { writePicture, type WritePictureOptions } from './write.js'
