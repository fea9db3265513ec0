/** Watches folders: yields a job for each picture that appears or changes, once nobody writes to it any more. */

import { setTimeout as sleep } from 'node:timers/promises'
import { resolve } from 'node:path'
import { asPdfnetError, badArgument, PdfnetError } from '../errors.js'
import { find, isInputFolder, standardStream, type Found } from './find.js'
import { stateOf } from './fingerprint.js'
import { checkKinds, isFolder, nameInFolder, type Job, type PlanOptions } from './plan.js'

export interface WatchOptions extends PlanOptions {
  readonly output: string
  /** Ends the watching; what was yielded stays as it is. */
  readonly stop: AbortSignal
  /** Milliseconds between two looks; a picture is taken once it is the same in both. @default 1000 */
  readonly interval?: number
  /** Told of a folder that could not be looked at, and of a picture that another one leaves no name: it goes on. */
  readonly onProblem: (input: string, error: PdfnetError) => void
}

interface Seen {
  readonly state: string
  /** Whether it was yielded in that state. */
  readonly isTaken: boolean
}

/** Each look takes at most this share of the time: of very many pictures they are further apart. */
const lookShare = 0.1

/**
 * Looks at all names again and again: the system's notifications do not come from network folders, and cannot tell a
 * picture that is whole from one that is being copied. A picture that changes later is yielded again.
 */
export class PictureWatch implements AsyncIterable<Job> {
  private seen = new Map<string, Seen>()
  /** Which picture writes to a path. */
  private readonly writers = new Map<string, string>()
  private readonly failing = new Set<string>()
  private count = 0

  private constructor(
    private readonly inputs: readonly string[],
    private readonly options: WatchOptions,
  ) {}

  /** Rejects with ERR_ARGUMENT, ERR_INPUT_MISSING or ERR_OUTPUT_FORMAT. */
  static async open(inputs: readonly string[], options: WatchOptions): Promise<PictureWatch> {
    await checkWatched(inputs, options)
    return new PictureWatch(inputs, options)
  }

  /** Pictures that are whole and were not yielded yet. */
  get waiting(): number {
    return this.count
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Job, void, undefined> {
    const { stop, interval = 1000 } = this.options
    while (!stop.aborted) {
      const began = performance.now()
      const jobs = await this.look()
      const took = performance.now() - began
      this.count = jobs.length
      for (const job of jobs) {
        if (this.options.stop.aborted) return
        this.count -= 1
        yield job
      }
      await sleep(Math.max(interval, took / lookShare), undefined, { signal: stop }).catch(() => undefined)
    }
  }

  /** What has come or changed since, and is the same as at the last look. */
  private async look(): Promise<readonly Job[]> {
    const ready: Job[] = []
    const seen = new Map<string, Seen>()
    for (const input of this.inputs) {
      for (const job of nameInFolder(await this.find(input), this.options.output, this.options)) {
        const state = await stateOf(job.input).catch(() => undefined)
        if (state === undefined) continue
        const before = this.seen.get(job.input)
        const isTaken = before?.state === state
        seen.set(job.input, { state, isTaken })
        if (isTaken && !before.isTaken && this.claim(job)) ready.push(job)
      }
    }
    this.seen = seen
    return ready
  }

  /** A folder that is away for a while is told of once. */
  private async find(input: string): Promise<readonly Found[]> {
    try {
      const found = await find(input, this.options.output, this.inputs.length > 1)
      this.failing.delete(input)
      return found
    } catch (cause) {
      if (!this.failing.has(input)) this.options.onProblem(input, asPdfnetError(cause, 'ERR_INPUT_READ'))
      this.failing.add(input)
      return []
    }
  }

  private claim({ input, outputs }: Job): boolean {
    const paths = Object.values(outputs)
    const other = paths.map((path) => this.writers.get(path)).find((writer) => writer !== undefined && writer !== input)
    if (other !== undefined) {
      const message = `what becomes of ${input} would overwrite what became of ${other}`
      this.options.onProblem(input, new PdfnetError('ERR_OUTPUT_CLASH', message))
      return false
    }
    for (const path of paths) this.writers.set(path, input)
    return true
  }
}

async function checkWatched(inputs: readonly string[], options: WatchOptions): Promise<void> {
  const { output } = options
  checkKinds(options)
  if (!(await isFolder(output))) throw badArgument('-o', 'a folder with --watch', output)
  for (const input of inputs) {
    if (input === standardStream || !(await isInputFolder(input))) {
      throw badArgument('the pictures', 'folders with --watch', input)
    }
    // Otherwise results would be matted, and theirs, without end.
    if (`${resolve(input)}/`.startsWith(`${resolve(output)}/`))
      throw badArgument('-o', `another folder than the watched ${input}`, output)
  }
}
