/** Opened engines on one stream: runs over the addon's session, with an AbortSignal for each. */

import { aborted, asPdfnetError, throwIfAborted } from '../errors.js'
import { addon, type NativeModel, type NativeSession, type OpenOptions, type Step } from '../native.js'

/** Milliseconds. */
export interface StepTimings {
  /** From the host's memory to the device's; 0 where they are one. */
  readonly copyIn: number
  readonly compute: number
  readonly copyOut: number
}

/** Milliseconds. */
export interface RunTimings {
  readonly queued: number
  /** From the run's start to its end. */
  readonly total: number
  readonly steps: readonly StepTimings[]
}

let tickets = 0

export class Session {
  private constructor(private readonly native: NativeSession) {}

  /** Rejects as the addon's `open` does. */
  static async open(options: OpenOptions, signal?: AbortSignal): Promise<Session> {
    throwIfAborted(signal)
    const ticket = ++tickets
    const cancel = (): void => addon().cancelOpen(ticket)
    signal?.addEventListener('abort', cancel, { once: true })
    let native: NativeSession
    try {
      native = await addon().open(options, ticket)
    } catch (error) {
      throw signal?.aborted ? aborted(signal) : asPdfnetError(error, 'ERR_ENGINE_OPEN')
    } finally {
      signal?.removeEventListener('abort', cancel)
    }
    if (signal?.aborted) {
      await native.dispose()
      throw aborted(signal)
    }
    return new Session(native)
  }

  /** In the order in which they were given. */
  get models(): readonly NativeModel[] {
    return this.native.models
  }

  /** Memory that runs read and write without a copy in between: see NativeSession. Throws a PdfnetError. */
  slot(bytes: number): Uint8Array<ArrayBuffer> {
    try {
      return this.native.slot(bytes)
    } catch (error) {
      throw asPdfnetError(error, 'ERR_MEMORY')
    }
  }

  /**
   * Does the steps one after the other on one instance. The memory in them is leased until the promise settles. An
   * aborted run that waits leaves at once; one that computes is terminated where the device can.
   */
  async run(steps: readonly Step[], signal?: AbortSignal): Promise<RunTimings> {
    throwIfAborted(signal)
    const ticket = ++tickets
    const cancel = (): void => this.native.cancel(ticket)
    signal?.addEventListener('abort', cancel, { once: true })
    try {
      return timingsOf(await this.native.run(steps, ticket))
    } catch (error) {
      throw signal?.aborted ? aborted(signal) : asPdfnetError(error, 'ERR_ENGINE_RUN')
    } finally {
      signal?.removeEventListener('abort', cancel)
    }
  }

  /** Refuses new runs at once; resolves when the last one has ended and the memory is back. */
  dispose(): Promise<void> {
    return this.native.dispose()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose()
  }
}

/** @param milliseconds as NativeSession gives them */
function timingsOf([queued, total, ...parts]: Float64Array): RunTimings {
  const steps = []
  for (let at = 0; at < parts.length; at += 3) {
    steps.push({ copyIn: parts[at]!, compute: parts[at + 1]!, copyOut: parts[at + 2]! })
  }
  return { queued: queued!, total: total!, steps }
}
