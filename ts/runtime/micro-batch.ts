/** A micro-batch: runs that are worked on together, from their start to the end of each. */

import { aborted, PdfnetError } from '../errors.js'

/** One run's share in a batch. */
export interface Member<Item> {
  readonly item: Item
  /** Milliseconds that it waited for its turn. */
  readonly waited: number
}

/**
 * Does what is asked for a whole batch, and resolves with a result for each member, in their order. Where it rejects,
 * all of them do.
 * @param signal aborts once no member wants its result any more; undefined where one of them has no signal
 */
export type Work<Item, Result> = (
  members: readonly Member<Item>[],
  signal: AbortSignal | undefined,
) => Promise<readonly Result[]>

/** Work for batches of one. */
export function alone<Item, Result>(
  work: (member: Member<Item>, signal: AbortSignal | undefined) => Promise<Result>,
): Work<Item, Result> {
  return async ([member], signal) => [await work(member!, signal)]
}

/** A run whose turn has come. */
export interface Started<Item, Result> extends Member<Item> {
  readonly signal: AbortSignal | undefined
  readonly resolve: (result: Result) => void
  readonly reject: (reason: unknown) => void
}

export class MicroBatch<Item, Result> {
  private readonly controller: AbortController | undefined
  /** Members that still want their result. */
  private wanted: number

  constructor(private readonly members: readonly Started<Item, Result>[]) {
    this.wanted = members.length
    const canAbort = members.length > 1 && members.every(({ signal }) => signal)
    this.controller = canAbort ? new AbortController() : undefined
  }

  /** One member's signal aborted: the work goes on for the others, and is aborted with the last. */
  drop(signal: AbortSignal): void {
    this.wanted -= 1
    if (this.wanted === 0) this.controller?.abort(signal.reason)
  }

  /**
   * Never rejects: what it resolves with settles the members' runs. An aborted one is settled no sooner than the others,
   * because its memory is in use until then.
   */
  async run(work: Work<Item, Result>): Promise<() => void> {
    const { members } = this
    const signal = members.length === 1 ? members[0]!.signal : this.controller?.signal
    try {
      const results = await work(members, signal)
      if (results.length !== members.length) {
        throw new PdfnetError('ERR_INTERNAL', `${members.length} runs together gave ${results.length} results`)
      }
      return () => this.settle(({ resolve }, index) => resolve(results[index]!))
    } catch (error) {
      return () => this.settle(({ reject }) => reject(error))
    }
  }

  private settle(settle: (member: Started<Item, Result>, index: number) => void): void {
    this.members.forEach((member, index) => {
      const { signal, reject } = member
      if (signal?.aborted) reject(aborted(signal))
      else settle(member, index)
    })
  }
}
