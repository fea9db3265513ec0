/** The chain of engines from pictures to their mattes: on one stream, with nothing resized outside of them. */

import type { OpenOptions } from '../native.js'
import type { ChainItem, ChainResult, StageTimings } from './chain-items.js'
import { Programs, type ChainStage, type Program } from './chain-program.js'
import { Session, type StepTimings } from './session.js'

export class Chain {
  private readonly programs: Programs

  private constructor(
    stages: readonly ChainStage[],
    private readonly session: Session,
  ) {
    this.programs = new Programs(stages, session.models)
  }

  /** Rejects as `Session.open` does. */
  static async open(
    stages: readonly ChainStage[],
    options: Omit<OpenOptions, 'models'>,
    signal?: AbortSignal,
  ): Promise<Chain> {
    const session = await Session.open({ ...options, models: stages.map(({ path }) => path) }, signal)
    try {
      return new Chain(stages, session)
    } catch (error) {
      await session.dispose()
      throw error
    }
  }

  /** Most pictures that one run takes. */
  get batch(): number {
    return this.sizes.at(-1)!
  }

  /** How many pictures a run takes without waste: what each core has slots for, ascending from 1. */
  get sizes(): readonly number[] {
    return this.programs.sizes
  }

  /** Whether each picture is to come with pseudo-depth: the network takes it, and the chain has nothing that makes it. */
  get needsDepth(): boolean {
    return this.programs.needsDepth
  }

  /**
   * Brings 1 to `batch` pictures, of any sizes, through the chain together. Their memory is leased until the promise
   * settles. Rejects with ERR_ARGUMENT, ERR_QUEUE_FULL, ERR_ENGINE_RUN, a memory or GPU error, ERR_DISPOSED or
   * ERR_ABORTED.
   */
  async run(items: readonly ChainItem[], signal?: AbortSignal): Promise<readonly ChainResult[]> {
    const program = this.programs.make(items)
    const { queued, steps } = await this.session.run(program.steps, signal)
    return items.map((_, item) => resultOf(program, item, queued, steps, items.length))
  }

  /** Refuses new runs at once; resolves when the last one has ended and the memory is back. */
  dispose(): Promise<void> {
    return this.session.dispose()
  }
}

function resultOf(
  { parts, mattes, depths }: Program,
  item: number,
  queued: number,
  steps: readonly StepTimings[],
  batch: number,
): ChainResult {
  const times = { copyIn: 0, pre: 0, depth: 0, core: 0, post: 0, copyOut: 0 }
  parts.forEach(({ part, item: of }, index) => {
    if (of !== undefined && of !== item) return
    const { copyIn, compute, copyOut } = steps[index]!
    times.copyIn += copyIn
    times[part] += compute
    times.copyOut += copyOut
  })
  const { depth, ...others } = times
  const hasDepth = parts.some(({ part }) => part === 'depth')
  const map = depths[item]
  const timings: StageTimings = { queued, ...others, ...(hasDepth && { depth }) }
  return { matte: mattes[item]!, ...(map && { depth: map }), timings, batch }
}
