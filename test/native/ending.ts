/**
 * A process of its own that ends, or whose worker ends, while a session is somewhere in its life: a JSON of Ending in
 * its first argument. Whoever started it looks whether a signal killed it.
 */

import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { addon, type NativeSession, type OpenOptions } from '#dist/native.js'
import { runOnce } from './addon.js'

export interface Ending {
  readonly options: OpenOptions
  /** Side of the square matrices `x` and `y`, the session's only tensors. */
  readonly side: number
  readonly moment: 'opening' | 'idle' | 'running' | 'queued' | 'disposing'
  /** Of the thread that has the session; `terminate` and `main-exit` are for workers only. */
  readonly by: 'return' | 'exit' | 'throw' | 'reject' | 'terminate' | 'main-exit'
  readonly inWorker: boolean
}

/** Long enough for the run to be inside the library. */
const intoTheRun = 150

const ending = JSON.parse(process.argv[2] ?? '{}') as Ending

if (isMainThread && ending.inWorker) {
  const worker = new Worker(new URL(import.meta.url), { argv: [process.argv[2]] })
  worker.on('error', (error) => console.log(`the worker failed: ${error.message}`))
  worker.on('message', () => {
    if (ending.by === 'terminate') void worker.terminate().then(() => console.log('terminated'))
    if (ending.by === 'main-exit') process.exit(0)
  })
  worker.on('exit', () => console.log('the worker ended'))
} else {
  await bring(ending)
  parentPort?.postMessage('there')
  end(ending.by)
}

async function bring({ options, side, moment }: Ending): Promise<void> {
  const opening = addon().open(options, 1)
  if (moment === 'opening') {
    quietly(opening)
    return
  }
  const session = await opening
  if (moment === 'running') quietly(run(session, side, 1))
  if (moment === 'queued') [1, 2, 3].forEach((ticket) => quietly(run(session, side, ticket)))
  if (moment === 'disposing') {
    quietly(run(session, side, 1))
    quietly(session.dispose())
  }
  if (moment === 'idle') Object.assign(globalThis, { session })
  else await new Promise((resolve) => setTimeout(resolve, intoTheRun))
}

function run(session: NativeSession, side: number, ticket: number): Promise<unknown> {
  const matrix = (name: string): { name: string; shape: number[]; data: Uint8Array } => ({
    name,
    shape: [side, side],
    data: new Uint8Array(side * side * 4),
  })
  return runOnce(session, [matrix('x')], [matrix('y')], ticket)
}

function quietly(promise: Promise<unknown>): void {
  promise.catch(() => undefined)
}

function end(by: Ending['by']): void {
  if (by === 'exit') process.exit(0)
  if (by === 'throw') {
    setImmediate(() => {
      throw new Error('thrown on purpose')
    })
  }
  if (by === 'reject') void Promise.reject(new Error('rejected on purpose'))
  if (by === 'terminate' || by === 'main-exit') setInterval(() => undefined, 1000)
}
