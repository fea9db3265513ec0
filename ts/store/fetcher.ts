/** Runs the program that fetches a package, npm or pip: its group ends with an abort, with us, or when a callback throws. */

import { spawn, type ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { PdfnetError, aborted, throwIfAborted } from '../errors.js'
import type { Work } from '../progress.js'
import { atExit } from './at-exit.js'
import { endGroup } from './process-group.js'

export interface Fetcher {
  readonly program: string
  readonly args: readonly string[]
  /** Its working folder, which should be empty. */
  readonly cwd: string
  readonly env?: NodeJS.ProcessEnv
  /** What it fetches, for progress and messages. */
  readonly spec: string
  /** Size of the package. */
  readonly bytes: number
  /** How to get the program where there is none. */
  readonly remedy: string
}

export interface FetcherEnding {
  /** Its exit status, or the signal that ended it. */
  readonly status: number | string
  /** The end of what it wrote to standard error. */
  readonly says: string
}

const tailBytes = 4096

/** Resolves when it has ended, well or not. Rejects with ERR_FETCH where it cannot be started, or ERR_ABORTED. */
export async function runFetcher(fetcher: Fetcher, { signal, onProgress }: Work): Promise<FetcherEnding> {
  const { program, args, cwd, env, spec, bytes } = fetcher
  throwIfAborted(signal)
  const child = spawn(program, args, {
    cwd,
    ...(env && { env }),
    // A process group of its own, so that whatever it starts ends with it.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const end = (): void => endGroup(child)
  const forget = atExit(end)
  signal?.addEventListener('abort', end, { once: true })
  let tail = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (tail = (tail + text).slice(-tailBytes)))
  // A caller's callback that throws ends the program, not the process.
  let thrown: { readonly error: unknown } | undefined
  const tell = (done: number): void => {
    try {
      if (!thrown) onProgress?.({ stage: 'fetch', name: spec, done, total: bytes })
    } catch (error) {
      thrown = { error }
      end()
    }
  }
  const stopTelling = tellReading(child.pid, bytes, tell)
  try {
    const status = await ended(child, fetcher)
    if (signal?.aborted) throw aborted(signal)
    if (status === 0) tell(bytes)
    if (thrown) throw thrown.error
    return { status, says: tail.trim() }
  } finally {
    stopTelling()
    signal?.removeEventListener('abort', end)
    forget()
  }
}

function ended(child: ChildProcess, { program, spec, remedy }: Fetcher): Promise<number | string> {
  return new Promise((resolve, reject) => {
    child.once('close', (code, killer) => resolve(code ?? killer ?? 'no status'))
    child.once('error', (cause) => {
      const message = `${spec} could not be fetched: ${program} could not be started`
      reject(new PdfnetError('ERR_FETCH', message, { cause, remedy }))
    })
  })
}

/**
 * Neither program tells of a download in a way that can be relied on, but Linux counts what a process reads. Other
 * reading is counted too, so this is an estimate: it never falls, and leaves the last byte for the end.
 */
function tellReading(pid: number | undefined, bytes: number, tell: (done: number) => void): () => void {
  let last = 0
  let isOver = false
  const look = async (): Promise<void> => {
    const counters = await readFile(`/proc/${pid ?? 0}/io`, 'latin1').catch(() => '')
    const read = Math.min(Number(/^rchar: (\d+)/.exec(counters)?.[1] ?? 0), bytes - 1)
    if (read > last && !isOver) tell((last = read))
  }
  const timer = setInterval(() => void look(), 200)
  tell(0)
  return () => {
    isOver = true
    clearInterval(timer)
  }
}
