/** Live video: from cameras and streams to streams and devices, as many frames as can be matted in time. */

export { liveEncoders, type LiveEncoder } from './egress-arguments.js'
export { checkLiveAddresses } from './endpoint.js'
export type { LiveDecision, LiveStep } from './governor.js'
export type { LiveLatency } from './latency.js'
export type { Live } from './live.js'
export { openLive } from './open-live.js'
export { checkLiveOptions } from './options.js'
export type { LiveEnd, LiveEvent, LiveOptions, LiveReport } from './options.js'
