/** Threads of this process beside the machine's cores: libuv's, on which sharp decodes and encodes. */

import { availableParallelism } from 'node:os'

export interface Threads {
  /** Of libuv: as many pictures are decoded and encoded at the same time, at most. */
  readonly libuv: number
  readonly cores: number
}

/** As libuv reads them when it needs its first one: a program that sets UV_THREADPOOL_SIZE later still has four. */
export function threads(): Threads {
  const asked = process.env['UV_THREADPOOL_SIZE']
  return { libuv: asked === undefined ? 4 : Math.min(1024, Number.parseInt(asked) || 1), cores: availableParallelism() }
}
