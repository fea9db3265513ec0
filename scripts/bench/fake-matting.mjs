/** A matting on the fake engine, of a settable delay: what the benches of video measure around. */

import { framesOf } from '../../dist/matting/frames.js'
import { Schedule } from '../../dist/matting/schedule.js'
import { Chain } from '../../dist/runtime/index.js'

const core = 'float32:1,1,8,8'
const posts = { uint8: 'uint8:-1,-1', uint16: 'uint8:-1,-1,2', float32: 'float32:-1,-1' }

/** One instance, batch 1; a frame waits at the device, as on a GPU. @param milliseconds of a frame */
export async function fakeMatting(milliseconds) {
  const post = (type) => ({ name: `post-${type}`, path: `/post-${type}`, from: { alpha: 'core/logit' } })
  const stages = [
    { name: 'pre', path: '/pre', from: {} },
    { name: 'core', path: '/core', from: { image: 'pre/input' } },
    ...Object.keys(posts).map(post),
  ]
  const settings = {
    ...{ scale: '1', offset: '1', 'core.delay_ms': String(milliseconds) },
    ...{ 'pre.inputs': 'image:uint8:-1,-1,3', 'pre.outputs': `input:${core}` },
    ...{ 'core.inputs': `image:${core}`, 'core.outputs': `logit:${core}` },
  }
  for (const [type, output] of Object.entries(posts)) {
    settings[`post-${type}.inputs`] = `alpha:${core}`
    settings[`post-${type}.outputs`] = `matte:${output}`
  }
  const chain = await Chain.open(stages, { engine: 'fake', library: '/none', instances: 1, threads: 0, settings })
  const schedule = new Schedule(chain, { concurrency: 1, capacity: 100, ahead: 1 })
  const matting = { frames: (source, options) => framesOf(source, schedule, options), atOnce: 1, model: { input: {} } }
  const close = async () => {
    await schedule.close()
    await chain.dispose()
  }
  return { matting, close }
}
