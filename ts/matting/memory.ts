/** The GPU's memory that a chain of engines needs, known before any of it is taken. */

import { PdfnetError } from '../errors.js'
import { byteLength } from '../tensor.js'
import type { ModelEngines } from './engines.js'

/** Of the depth network's activations, which its plan records for a square of its longest side: pictures are never that. */
const depthShare = 518 / 2072
/** What CUDA and TensorRT take for themselves. On an H100 one IS-Net took 883 MB (estimated 0.88 GB), PDFNet 2.93 (2.74). */
const library = 500e6

const units = { '': 1, kB: 1e3, MB: 1e6, GB: 1e9 } as const

/** `6GB` as bytes; undefined where it is no amount. */
export function parseMemory(memory: number | string): number | undefined {
  if (typeof memory === 'number') return Number.isSafeInteger(memory) && memory > 0 ? memory : undefined
  const [, digits, unit] = /^(\d+(?:\.\d+)?)\s*(kB|MB|GB|)$/.exec(memory) ?? []
  return digits === undefined ? undefined : Math.floor(Number(digits) * units[unit as keyof typeof units])
}

/**
 * Bytes for so many inferences at the same time: weights once, and of each inference what its stages have between them
 * and the most that one of them works with. Pictures and mattes come on top, 4 to 7 bytes a pixel.
 */
export function estimateMemory({ prepared, plans = [] }: ModelEngines, concurrency: number): number {
  const weights = plans.reduce((sum, { record }) => sum + record.plan.bytes, 0)
  const activations = plans.map(
    ({ name, record }) => (record.activationBytes ?? 0) * (name === 'depth' ? depthShare : 1),
  )
  const cores = prepared.manifest.graphs.filter(({ name }) => name.startsWith('core'))
  const between = cores.map(({ inputs, outputs }) =>
    [...inputs, ...outputs].reduce((sum, { dtype, dims }) => sum + byteLength(dtype, dims.map(Number)), 0),
  )
  return library + weights + concurrency * (Math.max(0, ...activations) + Math.max(0, ...between))
}

/**
 * Two on a GPU that has the memory: copies and the host's work of one hide behind the other's computing (IS-Net on an H100:
 * 430 instead of 279 pictures a second). More gain little, as engines compute one after the other.
 * @param budget in bytes; undefined: no GPU
 */
export function defaultConcurrency(all: readonly ModelEngines[], budget: number | undefined): number {
  return budget !== undefined && estimateAll(all, 2) <= budget ? 2 : 1
}

/**
 * What they need, in bytes.
 * @param budget in bytes
 * @throws ERR_GPU_MEMORY before anything is opened
 */
export function checkMemory(all: readonly ModelEngines[], concurrency: number, budget: number): number {
  const needed = estimateAll(all, concurrency)
  if (needed <= budget) return needed
  const [needs, has] = [needed, budget].map((bytes) => `${(bytes / 1e9).toFixed(2)} GB`)
  throw new PdfnetError('ERR_GPU_MEMORY', `the engines need about ${needs} of the GPU's memory, and may have ${has}`, {
    details: { needed, budget, concurrency },
  })
}

function estimateAll(all: readonly ModelEngines[], concurrency: number): number {
  return all.reduce((sum, engines) => sum + estimateMemory(engines, concurrency) - library, library)
}
