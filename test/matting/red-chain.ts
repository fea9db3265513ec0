/** A chain of which the matte of each pixel is its red. */

import { setTimeout as sleep } from 'node:timers/promises'
import type { Chain, ChainItem, ChainResult } from '#dist/runtime/index.js'
import { tensorOf } from '#dist/tensor.js'

/** Notes what runs; may take its time, and may fail. */
export class RedChain implements Pick<Chain, 'run' | 'sizes'> {
  readonly sizes = [1, 2]
  readonly batches: number[] = []
  readonly depths: (number | undefined)[] = []
  running = 0
  failAt = Infinity
  milliseconds = 0

  async run(items: readonly ChainItem[], signal?: AbortSignal): Promise<readonly ChainResult[]> {
    this.batches.push(items.length)
    this.running += 1
    try {
      if (this.milliseconds > 0) await sleep(this.milliseconds, undefined, signal && { signal })
      return items.map(({ picture: { data, width, height }, into, depth, wantDepth }) => {
        const alphas = into ?? new Uint8Array(width * height)
        if (data[0]! >= this.failAt) throw new Error('this frame fails')
        this.depths.push(depth?.data[0])
        for (let pixel = 0; pixel < alphas.length; pixel++) alphas[pixel] = data[3 * pixel]!
        const map = wantDepth ? tensorOf('uint8', [1, 1], [data[0]!]) : undefined
        const matte = { dtype: 'uint8', shape: [height, width], data: alphas } as const
        const timings = { queued: 0, pre: 0, core: this.milliseconds, post: 0, copyIn: 0, copyOut: 0 }
        return { matte, timings, batch: items.length, ...(map && { depth: map }) }
      })
    } finally {
      this.running -= 1
    }
  }
}
