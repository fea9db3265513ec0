/** What waits for its turn: a first-in-first-out list for each priority, from whose middle anything can leave. */

import { highestPriority, lowestPriority } from './turn.js'

/** What can wait in one list at a time; the list alone writes the links. */
export interface Waiter {
  /** An integer from `lowestPriority` to `highestPriority`. */
  readonly priority: number
  /** When it came. */
  readonly since: number
  previous: this | undefined
  next: this | undefined
}

// Linked, because a Set from whose head much was deleted takes longer and longer to give its first.
interface Line<W> {
  first: W | undefined
  last: W | undefined
}

/** Every operation takes the same time, however many wait. */
export class WaitingList<W extends Waiter> {
  private count = 0
  /** The highest priority first. */
  private readonly lines: readonly Line<W>[] = Array.from({ length: highestPriority - lowestPriority + 1 }, () => ({
    first: undefined,
    last: undefined,
  }))

  get size(): number {
    return this.count
  }

  add(waiter: W): void {
    const line = this.lineOf(waiter)
    waiter.previous = line.last
    if (line.last) line.last.next = waiter
    else line.first = waiter
    line.last = waiter
    this.count += 1
  }

  /** @param waiter one that waits here */
  remove(waiter: W): void {
    const line = this.lineOf(waiter)
    const { previous, next } = waiter
    if (previous) previous.next = next
    else line.first = next
    if (next) next.previous = previous
    else line.last = previous
    waiter.previous = waiter.next = undefined
    this.count -= 1
  }

  /** Takes out the one whose turn is next. */
  take(): W | undefined {
    const waiter = this.lines.find(({ first }) => first)?.first
    if (waiter) this.remove(waiter)
    return waiter
  }

  /** When the first of them came, whatever its priority; Infinity where nobody waits. */
  oldest(): number {
    return this.lines.reduce((oldest, { first }) => Math.min(oldest, first?.since ?? Infinity), Infinity)
  }

  private lineOf({ priority }: W): Line<W> {
    return this.lines[highestPriority - priority]!
  }
}
