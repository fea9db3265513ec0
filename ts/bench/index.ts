/** How fast a model is here: one configuration, or two by turns, each in a process of its own. */

export { runBench, type BenchOptions } from './bench.js'
export { describeConfiguration } from './describe.js'
export { benchPage } from './page.js'
export { benchPicture, type NamedPicture } from './picture.js'
export type { BenchConfiguration } from './messages.js'
export type { Machine } from './machine.js'
export type { BenchReport, MeasuredConfiguration } from './report.js'
export type { Quantiles, Range } from './statistics.js'
