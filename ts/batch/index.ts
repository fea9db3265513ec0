/** Many pictures at once: which files go in, what comes out of each, under which name, and what was done before. */

export { matteAll, picturesInFlight, type BatchOptions, type PictureReport } from './batch.js'
export { standardStream } from './find.js'
export { contentOf } from './fingerprint.js'
export { outputKinds, planJobs, type Job, type OutputKind, type Plan, type PlanOptions } from './plan.js'
export { BatchRecord, recordName } from './record.js'
export { SummaryCounter, type BatchSummary, type Bottleneck } from './summary.js'
export { PictureWatch, type WatchOptions } from './watch.js'
