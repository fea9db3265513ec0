/** Many pictures at once: which files go in, what comes out of each, and under which name. */

export { matteAll, type BatchOptions, type PictureReport } from './batch.js'
export { outputKinds, planJobs, standardStream, type Job, type OutputKind, type PlanOptions } from './plan.js'
