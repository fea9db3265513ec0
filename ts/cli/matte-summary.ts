/** What the verb `matte` says at the end of a folder: how it went, and what kept it from going faster. */

import type { BatchSummary, Bottleneck } from '../batch/index.js'

const names: Readonly<Record<Bottleneck, string>> = {
  infer: 'the engines',
  cores: 'the cores',
  javascript: 'the JavaScript thread',
}

export function describeSummary(summary: BatchSummary): string {
  const { done, skipped, failed, left, seconds, picturesPerSecond } = summary
  const counts = [`${done} done`, `${skipped} were there`, `${failed} failed`]
  const pace = `in ${seconds.toFixed(1)} s, ${picturesPerSecond.toFixed(2)} pictures/s`
  const more = left > 0 ? `\n${left} are left: the same command goes on with them` : ''
  return `${counts.join(', ')} ${pace}${done > 0 ? `; ${describeLimit(summary)}` : ''}${more}`
}

function describeLimit({ bottleneck, stages, threads }: BatchSummary): string {
  const loads = Object.entries(names).map(([name, says]) => `${says} ${percent(stages[name as Bottleneck].busy)}`)
  if (bottleneck === undefined) return `nothing is at its limit (busy: ${loads.join(', ')})`
  if (bottleneck !== 'cores') return `${names[bottleneck]} ${bottleneck === 'infer' ? 'are' : 'is'} the limit`
  const parts = Object.entries(stages).filter(([name]) => !(name in names))
  const [most, { busy }] = parts.reduce((one, other) => (other[1].busy > one[1].busy ? other : one))
  const few = threads && `libuv has ${threads.libuv} threads for ${threads.cores} cores: set UV_THREADPOOL_SIZE`
  return `the cores are the limit, ${most} ${percent(busy)}${few === undefined ? '' : `; ${few}`}`
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
