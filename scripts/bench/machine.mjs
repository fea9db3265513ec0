/** What a figure depends on: the machine, the Node and the commit, in a line. */

import { availableParallelism, cpus, totalmem } from 'node:os'
import { run } from '../steps.mjs'

export async function describeMachine() {
  const commit = (await run('git', ['rev-parse', '--short', 'HEAD'])).trim()
  const changed = (await run('git', ['status', '--porcelain', '--untracked-files=no'])) !== ''
  const memory = Math.round(totalmem() / 2 ** 30)
  const date = new Date().toISOString().slice(0, 10)
  return (
    `${cpus()[0].model}, ${availableParallelism()} cores, ${memory} GiB, no GPU used, Node ${process.versions.node}, ` +
    `commit ${commit}${changed ? ' with changes' : ''}, ${date}.`
  )
}
