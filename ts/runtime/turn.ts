/** When a run's turn comes: its priority, the last moment at which it may start, and the signal that takes it out. */

import { badArgument } from '../errors.js'

/** The range of priorities, both ends included. */
export const lowestPriority = -9
export const highestPriority = 9

export interface TurnOptions {
  /**
   * An integer from −9 to 9: higher ones go first, and the same ones in the order in which they came.
   * @default 0
   */
  readonly priority?: number
  /**
   * Milliseconds from now in which it has to start; otherwise it is refused with ERR_DEADLINE.
   * @default Infinity
   */
  readonly deadline?: number
  /** While it waits it leaves at once; once it runs, it is ended where the device can do that, and dropped otherwise. */
  readonly signal?: AbortSignal | undefined
}

export interface Turn {
  readonly priority: number
  /** On the clock of `performance.now()`. */
  readonly startBy: number
  readonly signal: AbortSignal | undefined
}

/** The deadline begins to count here. Throws ERR_ARGUMENT. */
export function turnOf({ priority = 0, deadline = Infinity, signal }: TurnOptions = {}): Turn {
  if (!Number.isInteger(priority) || priority < lowestPriority || priority > highestPriority) {
    throw badArgument('priority', `an integer from ${lowestPriority} to ${highestPriority}`, priority)
  }
  if (typeof deadline !== 'number' || !(deadline >= 0)) {
    throw badArgument('deadline', 'milliseconds from 0', deadline)
  }
  if (signal !== undefined && !((signal as unknown) instanceof AbortSignal)) {
    throw badArgument('signal', 'an AbortSignal', signal)
  }
  return { priority, startBy: performance.now() + deadline, signal }
}
