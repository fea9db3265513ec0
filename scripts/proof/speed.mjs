/** What is measured of every chain: latency, its parts, the host's share, and throughput. */

import { deviceTime } from './chains.mjs'
import { effort, rehearsal } from './device.mjs'
import { latencies, median, shown, throughput } from './timing.mjs'

/** Latency of single pictures, one after the other. Gives the median in milliseconds. */
export async function measureLatency(results, chain, picture, options, { name, expected = '', holds } = {}) {
  const found = []
  const times = await latencies(async () => {
    const [result] = await chain.run([{ picture, type: 'uint8' }])
    found.push(result)
  }, effort(options))
  const measured = found.slice(-times.length)
  const value = `${shown(times)} ms`
  if (holds) results.check(`${name}: latency, median / p95`, value, expected, holds(median(times)), rehearsal(options))
  else results.figure(`${name}: latency, median / p95`, value, expected)
  const parts = ['copyIn', 'pre', 'depth', 'core', 'post', 'copyOut'].filter(
    (part) => measured[0].timings[part] !== undefined,
  )
  const stages = parts.map((part) => `${part} ${median(measured.map(({ timings }) => timings[part])).toFixed(2)}`)
  results.figure(`${name}: of that on the device, by stage`, `${stages.join(', ')} ms`)
  const shares = times.map((time, index) => (time - deviceTime(measured[index])) / time)
  const share = median(shares)
  results.check(
    `${name}: host overhead`,
    `${(share * 100).toFixed(1)} % (${(share * median(times)).toFixed(2)} ms)`,
    'under 5 %',
    share < 0.05,
    rehearsal(options),
  )
  return median(times)
}

/** Pictures a second by callers, each call with a batch of pictures. */
export async function measureThroughput(results, chain, picture, options, { name, callers, batch = 1 }) {
  const items = Array.from({ length: batch }, () => ({ picture, type: 'uint8' }))
  const found = []
  for (const count of callers) {
    const perSecond = (await throughput(() => chain.run(items), { callers: count, ...effort(options) })) * batch
    found.push([count, perSecond])
    const latency = ((batch * count) / perSecond) * 1000
    results.figure(
      `${name}: throughput, batch ${batch}, ${count} at a time`,
      perSecond === 0 ? tooSlow : `${perSecond.toFixed(1)} pictures/s, ${latency.toFixed(1)} ms a run`,
    )
  }
  return found
}

/** What batches gain in throughput over single pictures, whichever number of callers is best for each. */
export async function measureGain(results, chain, picture, options, { name, callers, batch }) {
  const best = async (size) => {
    const found = await measureThroughput(results, chain, picture, options, { name, callers, batch: size })
    return Math.max(...found.map(([, perSecond]) => perSecond))
  }
  const gain = (await best(batch)) / (await best(1)) - 1
  results.figure(`${name}: gain of batches of ${batch}`, percent(gain), 'at least 10 %, to be the default')
}

/** Of what is measured by runs that end in a second or two. */
const tooSlow = 'too slow to tell'

export function percent(share) {
  return Number.isFinite(share) ? `${(share * 100).toFixed(0)} %` : tooSlow
}
