/** Renders a scene on all cores. */

import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { planesOf } from './draw.mjs'

/**
 * The planes of one frame: `alpha` (16 bits), `foreground` (0 where alpha is 0), `background` and `composite`, 8-bit
 * RGB, and with `motion` also `flow`: where each pixel of the object goes by the next frame, in pixels, x and y.
 * @param request kind, seed, size and frame
 */
export async function renderScene(request, { photograph, motion = false } = {}) {
  const planes = planesOf(request.size, motion)
  const taken = new Int32Array(new SharedArrayBuffer(4))
  const workerData = { request, planes, photograph, taken }
  const threads = Array.from({ length: availableParallelism() }, () =>
    once(new Worker(new URL('worker.mjs', import.meta.url), { workerData }), 'exit'),
  )
  for (const [status] of await Promise.all(threads)) {
    if (status !== 0) throw new Error(`a thread that rendered ${request.kind} ${request.seed} ended with ${status}`)
  }
  return planes
}
