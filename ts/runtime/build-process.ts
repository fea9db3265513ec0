/** Runs the build program: a process of its own, whose end is also the end of all its memory. */

import { spawn, type ChildProcess } from 'node:child_process'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { aborted, PdfnetError, throwIfAborted } from '../errors.js'
import { buildProgram } from '../native.js'
import { atExit, endGroup } from '../store/index.js'
import { BuildReport, type BuildMessage } from './build-messages.js'
import type { BuildPhase } from './build-options.js'

export interface ProcessOptions {
  /** Absolute. What TensorRT loads by name while it builds, its kernels above all, lies beside it. */
  readonly library: string
  /** The file that the plan is written to: the program has it as descriptor 4. */
  readonly plan?: number
  /** The GPU that it sees, as the driver counts them for this process. @default all */
  readonly gpu?: number | undefined
  /** What is built, for messages. */
  readonly subject: string
  readonly signal?: AbortSignal | undefined
  readonly onPhase?: ((phase: BuildPhase) => void) | undefined
}

/** A few lines a second, however many phases there are. */
const tellMilliseconds = 250
const keptErrorBytes = 4096

export const planDescriptor = 4

/**
 * Resolves with what the program told when it ended well; otherwise rejects with what it said went wrong. An abort ends
 * it at once, with all that it may have started. Either way it is gone by then.
 */
export async function runBuildProgram(words: readonly string[], options: ProcessOptions): Promise<BuildReport> {
  const { signal, subject } = options
  throwIfAborted(signal)
  const child = start(words, options)
  const report = new BuildReport()
  const stop = (): void => endGroup(child)
  // However this process ends, but for a signal that it cannot see: then the program's own guard does it.
  const forget = atExit(stop)
  signal?.addEventListener('abort', stop, { once: true })
  const teller = new Teller(report, stop, options.onPhase)
  try {
    const [ending, standardError] = await Promise.all([ended(child), text(child.stderr!), listen(child, report)])
    if (signal?.aborted) throw aborted(signal)
    teller.check()
    if (ending !== 'status 0') throw report.error(subject, ending, standardError)
    return report
  } finally {
    teller.end()
    signal?.removeEventListener('abort', stop)
    forget()
    if (child.exitCode === null && child.signalCode === null) stop()
  }
}

function start(words: readonly string[], { library, plan, gpu }: ProcessOptions): ChildProcess {
  const { LD_LIBRARY_PATH: further } = process.env
  const env = { ...process.env, LD_LIBRARY_PATH: [dirname(library), ...(further ? [further] : [])].join(':') }
  return spawn(buildProgram(), words, {
    env: gpu === undefined ? env : { ...env, CUDA_VISIBLE_DEVICES: visibleAs(gpu) },
    // A group of its own, so that all of it can be ended.
    detached: true,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', ...(plan === undefined ? [] : [plan])],
  })
}

/** What this process sees may itself be a choice. */
function visibleAs(gpu: number): string {
  const visible = process.env.CUDA_VISIBLE_DEVICES?.split(',') ?? []
  return visible[gpu]?.trim() ?? `${gpu}`
}

function ended(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.on('error', (cause) => {
      reject(new PdfnetError('ERR_ADDON_LOAD', `the build program could not be started: ${cause.message}`, { cause }))
    })
    child.on('close', (status, signal) => resolve(signal ?? `status ${status ?? 'unknown'}`))
  })
}

async function listen(child: ChildProcess, report: BuildReport): Promise<void> {
  const pipe = child.stdio[3] as Readable
  for await (const line of createInterface({ input: pipe })) {
    // A line that was cut off when the program ended is no message.
    if (line.endsWith('}')) report.add(JSON.parse(line) as BuildMessage)
  }
}

async function text(pipe: Readable): Promise<string> {
  let kept = ''
  for await (const chunk of pipe) kept = (kept + String(chunk)).slice(-keptErrorBytes)
  return kept.trim()
}

/** Tells the phase at regular intervals. */
class Teller {
  private readonly begun = performance.now()
  private readonly timer: NodeJS.Timeout | undefined
  private failure: { readonly error: unknown } | undefined

  constructor(report: BuildReport, stop: () => void, onPhase: ProcessOptions['onPhase']) {
    if (!onPhase) return
    this.timer = setInterval(() => {
      // A caller's callback that throws ends the build, not the process.
      try {
        onPhase({ name: report.phase, seconds: (performance.now() - this.begun) / 1000 })
      } catch (error) {
        this.failure = { error }
        stop()
      }
    }, tellMilliseconds)
  }

  /** Throws what the callback threw. */
  check(): void {
    if (this.failure) throw this.failure.error
  }

  end(): void {
    clearInterval(this.timer)
  }
}
