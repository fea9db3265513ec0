/** What figures depend on besides the configuration: the machine, how busy it was, and versions. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'

export interface Machine {
  readonly processor: string
  readonly cores: number
  readonly memoryBytes: number
  /** Of the last minute, before anything was measured. */
  readonly loadAverage: number
  readonly node: string
  /** Of this package. */
  readonly version: string
  /** ISO 8601. */
  readonly date: string
}

export function machine(): Machine {
  const manifest = createRequire(import.meta.url).resolve('pdfnet-trt/package.json')
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    loadAverage: loadavg()[0]!,
    node: process.versions.node,
    version,
    date: new Date().toISOString(),
  }
}
