/** One export in a process of its own: `export-run.mjs OPTIONS` of JSON prints its seconds and the process's peak memory. */

import { exportModel } from '../../dist/models/index.js'

const start = performance.now()
await exportModel(JSON.parse(process.argv[2]))
const seconds = (performance.now() - start) / 1000
console.log(JSON.stringify({ seconds, peakRssBytes: process.resourceUsage().maxRSS * 1024 }))
