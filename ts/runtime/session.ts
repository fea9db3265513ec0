/** One opened engine: typed runs over the addon's session, with an AbortSignal for each. */

import { aborted, asPdfnetError, throwIfAborted } from '../errors.js'
import { addon, type Binding, type NativeSession, type OpenOptions, type RunTimings } from '../native.js'
import type { Tensor } from '../tensor.js'

export type Tensors = Readonly<Record<string, Tensor>>

let tickets = 0

export class Session {
  private constructor(private readonly native: NativeSession) {}

  /** Rejects with ERR_LIBRARY_MISSING, ERR_LIBRARY_LOAD, ERR_ENGINE_OPEN, ERR_MEMORY or ERR_ABORTED. */
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

  get inputs(): NativeSession['inputs'] {
    return this.native.inputs
  }

  get outputs(): NativeSession['outputs'] {
    return this.native.outputs
  }

  /**
   * Reads `inputs`, writes `outputs`; both are leased to the engine until the promise settles.
   * An aborted run that waits leaves at once; one that computes is terminated.
   */
  async run(inputs: Tensors, outputs: Tensors, signal?: AbortSignal): Promise<RunTimings> {
    throwIfAborted(signal)
    const ticket = ++tickets
    const cancel = (): void => this.native.cancel(ticket)
    signal?.addEventListener('abort', cancel, { once: true })
    try {
      return await this.native.run(bindings(inputs), bindings(outputs), ticket)
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

function bindings(tensors: Tensors): Binding[] {
  return Object.entries(tensors).map(([name, { shape, data }]) => ({ name, shape, data }))
}
