/** Child processes that lead a group of their own, and must not outlive us. */

import type { ChildProcess } from 'node:child_process'

const groups = new Set<ChildProcess>()

/**
 * Has the group of `leader`, which was spawned detached, killed when this process exits, until `forget`.
 * @returns what kills it before
 */
export function endsWithUs(leader: ChildProcess): () => void {
  if (groups.size === 0) process.on('exit', endAll)
  groups.add(leader)
  return () => end(leader)
}

export function forget(leader: ChildProcess): void {
  groups.delete(leader)
  if (groups.size === 0) process.off('exit', endAll)
}

function endAll(): void {
  groups.forEach(end)
}

function end({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
