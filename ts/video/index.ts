/** Video files: decoded and encoded by ffmpeg as child processes, matted in between. */

export { codecs, type Codec } from './codecs.js'
export { type Flicker } from './flicker.js'
export { matteVideo, type VideoReport } from './matte-video.js'
export { videoKinds, type VideoKind, type VideoOptions, type VideoProgress } from './options.js'
export { findPrograms, type Programs } from './programs.js'
export { type VideoLimits } from './trust.js'
