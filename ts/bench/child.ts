/** The side of a bench that asks: a process that mattes, whose memory, threads and end are its own. */

import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { aborted, PdfnetError, throwIfAborted } from '../errors.js'
import type { Work } from '../progress.js'
import type { BuildPhase } from '../runtime/index.js'
import type { Answers, Message, Question } from './messages.js'

export interface ChildWork extends Work {
  readonly onPhase?: ((phase: BuildPhase) => void) | undefined
}

interface Waiting {
  readonly resolve: (answer: never) => void
  readonly reject: (error: unknown) => void
}

/** Until a process that was told to end is ended. */
const patience = 10_000

export class Child {
  private readonly process: ChildProcess
  private readonly exit: Promise<unknown>
  private waiting: Waiting | undefined
  private ending: string | undefined

  /** @param program that calls `serve` */
  constructor(
    program: URL,
    private readonly work: ChildWork,
  ) {
    this.process = fork(program, { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    this.exit = once(this.process, 'exit').catch((error: unknown) => this.fail(error))
    this.process.on('message', (message: Message) => this.hear(message))
    this.process.on('exit', (status, signal) => this.ended(signal ?? `status ${status ?? 'unknown'}`))
    this.process.on('error', (error) => this.fail(error))
  }

  /** One question at a time. Rejects with what went wrong there, ERR_ENGINE_RUN if it ended, or ERR_ABORTED. */
  async ask<Name extends Question['ask']>(question: Extract<Question, { ask: Name }>): Promise<Answers[Name]> {
    const { signal } = this.work
    throwIfAborted(signal)
    const leave = (): void => this.leave()
    signal?.addEventListener('abort', leave, { once: true })
    try {
      return await new Promise<Answers[Name]>((resolve, reject) => {
        this.waiting = { resolve, reject }
        this.process.send(question, (error) => error && this.ended(error.message))
      })
    } catch (error) {
      throw signal?.aborted ? aborted(signal) : error
    } finally {
      this.waiting = undefined
      signal?.removeEventListener('abort', leave)
    }
  }

  /** Resolves when it is gone, whatever it was at. */
  async end(): Promise<void> {
    this.leave()
    const timer = setTimeout(() => this.process.kill('SIGKILL'), patience)
    await this.exit
    clearTimeout(timer)
  }

  /** What it is at it gives up, and ends. */
  private leave(): void {
    if (this.process.connected) this.process.disconnect()
  }

  private hear(message: Message): void {
    if ('progress' in message) this.work.onProgress?.(message.progress)
    else if ('phase' in message) this.work.onPhase?.(message.phase)
    else if ('answer' in message) this.waiting?.resolve(message.answer as never)
    else {
      const { code, message: text, ...options } = message.error
      this.fail(new PdfnetError(code, text, options))
    }
  }

  private ended(how: string): void {
    this.ending ??= how
    this.fail(new PdfnetError('ERR_ENGINE_RUN', `the process that mattes ended with ${this.ending}`))
  }

  private fail(error: unknown): void {
    this.waiting?.reject(error)
  }
}
