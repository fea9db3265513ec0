/** What reports have in common: pages that need nothing else, charts in them, and files that are written whole. */

export { chart, fromZero, toAxis, unit, type Axis, type ChartPoint, type Place } from './chart.js'
export { writeFiles } from './files.js'
export { escaped, page } from './page.js'
export { counted } from './words.js'
