/** Faults of the fake engine: each call of a stage fails in turn, and what becomes of everybody else. */

import type { ExecutionContext } from 'ava'
import { addon, type NativeSession } from '#dist/native.js'
import type { Settings } from './addon.js'

/** The stages of a run, and the codes with which they can fail. */
export const stages = ['allocate', 'copy_in', 'bind', 'enqueue', 'mark', 'wait', 'copy_out'] as const
export const codes = ['ERR_ENGINE_RUN', 'ERR_MEMORY', 'ERR_GPU_MEMORY', 'ERR_GPU_LOST'] as const

/** `done`, or the code of what it rejected with. */
export type Outcome = string

export function outcomeOf(promise: Promise<unknown>): Promise<Outcome> {
  return promise.then(
    () => 'done',
    (error: unknown) => (error as NodeJS.ErrnoException).code ?? String(error),
  )
}

let gpus = 0
let tickets = 0

/** A GPU that no test of this process has lost: a lost one is lost for the whole process. */
export function freshGpu(): number {
  return (gpus += 1)
}

export function openOn(gpu: number, settings: Settings = {}, models = ['/none']): Promise<NativeSession> {
  const options = { engine: 'fake', library: '/none', instances: 1, threads: 0 } as const
  return addon().open({ ...options, models, gpu, settings }, ++tickets)
}

interface Life {
  /** Of runs that were started together, in their order; those that are computed together make one unit. */
  readonly units: readonly (readonly Outcome[])[]
  /** Of a run after all of them. */
  readonly after: Outcome
}

/**
 * Fails the first call of a stage, then the second, until a life does not come so far: each time just the runs of one
 * unit reject, with the code, and later ones work, or say that the GPU is lost. Every unit is hit.
 */
export async function failInTurn(
  t: ExecutionContext,
  code: string,
  live: (nth: string, gpu: number) => Promise<Life>,
): Promise<void> {
  const hit = new Set<number>()
  for (let nth = 1; ; nth++) {
    const gpu = freshGpu()
    const { units, after } = await live(`${nth}`, gpu)
    const place = units.findIndex((unit) => unit.some((outcome) => outcome !== 'done'))
    const lost = code === 'ERR_GPU_LOST' && place >= 0
    units.forEach((unit, index) => {
      const rejects = index === place || (lost && index > place)
      t.deepEqual(
        unit,
        unit.map(() => (rejects ? code : 'done')),
        `call ${nth}, ${index}`,
      )
    })
    t.is(after, lost ? 'ERR_GPU_LOST' : 'done', `call ${nth}, afterwards`)
    t.is(await outcomeOf(openOn(gpu)), lost ? 'ERR_GPU_LOST' : 'done', `call ${nth}, another session`)
    if (place < 0) {
      t.deepEqual([...hit], [...units.keys()])
      return
    }
    hit.add(place)
  }
}
