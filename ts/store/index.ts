/** The store: one content-addressed cache of weights, libraries, engines and models, shared safely by all processes. */

export { atExit } from './at-exit.js'
export { inBackground, serve } from './background.js'
export type { Entry } from './entry.js'
export { hashFiles, type Digest } from './hash.js'
export { kinds, type Facts, type FileRecord, type Kind } from './manifest.js'
export { fetchNpmPackage, type NpmFetch, type NpmPackage } from './npm.js'
export { fetchPipWheel, type PipFetch, type PipWheel } from './pip.js'
export { endGroup } from './process-group.js'
export { heartbeat, isAlive, isOwnerName, newOwnerName } from './owner.js'
export { storeRoot } from './root.js'
export { Store, type Listed, type Made, type Maker } from './store.js'
