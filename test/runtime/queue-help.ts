/** What the tests of the queue share: work that ends when a test says so, and a record of what was begun. */

import { Queue, turnOf, type QueueOptions, type TurnOptions } from '#dist/runtime/index.js'

export interface Gate {
  readonly promise: Promise<void>
  readonly open: () => void
  readonly fail: (error: Error) => void
}

export function gate(): Gate {
  let [open, fail]: [() => void, (error: Error) => void] = [() => undefined, () => undefined]
  const promise = new Promise<void>((resolve, reject) => {
    open = resolve
    fail = reject
  })
  return { promise, open, fail }
}

/** A batch that was begun: it ends when its gate opens. */
export interface Begun {
  readonly items: readonly string[]
  readonly waited: readonly number[]
  readonly signal: AbortSignal | undefined
  readonly gate: Gate
}

/** A queue of names, whose work gives them back in upper case. */
export class NameQueue {
  readonly begun: Begun[] = []
  readonly queue: Queue<string, string>

  constructor(options: Partial<QueueOptions> = {}) {
    this.queue = new Queue(
      async (members, signal) => {
        const items = members.map(({ item }) => item)
        const one = { items, waited: members.map(({ waited }) => waited), signal, gate: gate() }
        this.begun.push(one)
        await one.gate.promise
        return items.map((item) => item.toUpperCase())
      },
      { concurrency: 1, capacity: 100, ...options },
    )
  }

  run(name: string, turn: TurnOptions = {}): Promise<string> {
    return this.queue.run(name, turnOf(turn))
  }

  /** The names of each batch that was begun. */
  get order(): readonly string[] {
    return this.begun.map(({ items }) => items.join(' '))
  }

  /** Ends what was begun, one batch after the other, until nothing waits or runs. */
  async finish(): Promise<void> {
    let next = 0
    while (this.queue.running + this.queue.waiting > 0) {
      for (; next < this.begun.length; next++) this.begun[next]!.gate.open()
      await soon()
    }
  }
}

/** Once everything that was ready to go on has done so. */
export function soon(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
