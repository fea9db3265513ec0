/** Stands in for the program that a bench forks: a chain on the fake engine, whose weights are the fake's settings. */

import { serve } from '#dist/bench/serve.js'
import type { MatteOptions, PictureInput } from '#dist/index.js'
import { matteOf } from '#dist/matting/pass.js'
import { Schedule } from '#dist/matting/schedule.js'
import { Chain } from '#dist/runtime/index.js'

const core = 'float32:1,1,8,8'
const post = { uint8: 'uint8:-1,-1', uint16: 'uint8:-1,-1,2', float32: 'float32:-1,-1' }
const stages = [
  { name: 'pre', path: '/pre', from: {} },
  { name: 'core', path: '/core', from: { image: 'pre/input' } },
  ...Object.keys(post).map((type) => ({ name: `post-${type}`, path: `/post-${type}`, from: { alpha: 'core/logit' } })),
]
const forms = {
  ...{ scale: '1', offset: '1' },
  ...{ 'pre.inputs': 'image:uint8:-1,-1,3', 'pre.outputs': `input:${core}` },
  ...{ 'core.inputs': `image:${core}`, 'core.outputs': `logit:${core}` },
  ...Object.fromEntries(
    Object.entries(post).flatMap(([type, form]) => [
      [`post-${type}.inputs`, `alpha:${core}`],
      [`post-${type}.outputs`, `matte:${form}`],
    ]),
  ),
}

serve(async ({ weights = '{}', concurrency = 1 }) => {
  const settings = { ...forms, ...(JSON.parse(weights) as Record<string, string>) }
  const options = { engine: 'fake', library: '/none', instances: concurrency, threads: 0, settings } as const
  const chain = await Chain.open(stages, options)
  const schedule = new Schedule(chain, { concurrency, capacity: 100 })
  const sizes = { input: { width: 8, height: 8 }, largest: 8192 }
  return {
    device: { name: 'cpu', reason: 'it is the fake', library: '/none', version: '0' },
    gpuBytes: 5e9,
    matte: (input: PictureInput, options: MatteOptions = {}) =>
      schedule.run((infer) => matteOf(input, infer, sizes, options), options),
    metrics: () => schedule.metrics(),
    async dispose() {
      await schedule.close()
      await chain.dispose()
    },
  }
})
