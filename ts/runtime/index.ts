/** Runs engines: which device, sessions on it, the chain from picture to matte, and the queue before it. */

export { Chain, type ChainFiles, type ChainResult, type MatteType, type StageTimings } from './chain.js'
export { chooseDevice, type DeviceChoice, type DeviceName } from './device.js'
export { Queue, type QueueOptions } from './queue.js'
export { selfTest } from './selftest.js'
export { Session } from './session.js'
