/** Child processes that lead a group of their own, with all that they may have started. */

import type { ChildProcess } from 'node:child_process'

/** Kills the group of a child that was spawned detached. */
export function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
