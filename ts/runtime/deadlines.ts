/** The deadlines of all that waits: which is the earliest, and one timer for it. */

/** What can have a deadline; the heap alone writes its place. */
export interface Dated {
  /** On the clock of `performance.now()`; Infinity: none. */
  readonly startBy: number
  /** Its place in the heap; −1: in none. */
  place: number
}

/** The longest that a timer of Node's can wait, in milliseconds. */
const longest = 2 ** 31 - 1

/** A binary heap: each operation takes log n steps. */
export class Deadlines<D extends Dated> {
  private readonly heap: D[] = []
  private timer: NodeJS.Timeout | undefined
  private armedFor = Infinity

  /** @param passed called some time after the earliest deadline has passed; takes out what it wants no more of */
  constructor(private readonly passed: () => void) {}

  /** The earliest deadline; Infinity where there is none. */
  get earliest(): number {
    return this.heap[0]?.startBy ?? Infinity
  }

  add(dated: D): void {
    if (dated.startBy === Infinity) return
    this.heap.push(dated)
    this.rise(dated, this.heap.length - 1)
    this.arm()
  }

  /** What has no deadline, or is not here, is ignored. */
  remove(dated: D): void {
    const { place } = dated
    if (place < 0) return
    dated.place = -1
    const last = this.heap.pop()!
    if (last !== dated) {
      this.sink(last, place)
      this.rise(last, last.place)
    }
    // The timer would hold the process for nobody.
    if (this.heap.length === 0) this.disarm()
  }

  /** Takes out and gives the earliest, if its deadline is before `now`. */
  takePassed(now: number): D | undefined {
    const first = this.heap[0]
    if (!first || first.startBy >= now) return undefined
    this.remove(first)
    return first
  }

  private arm(): void {
    if (this.earliest >= this.armedFor) return
    this.disarm()
    this.armedFor = this.earliest
    const wait = Math.min(Math.ceil(this.armedFor - performance.now()) + 1, longest)
    this.timer = setTimeout(() => {
      this.armedFor = Infinity
      if (this.earliest < performance.now()) this.passed()
      this.arm()
    }, wait)
  }

  private disarm(): void {
    clearTimeout(this.timer)
    this.armedFor = Infinity
  }

  private rise(dated: D, from: number): void {
    let place = from
    while (place > 0) {
      const above = (place - 1) >> 1
      const other = this.heap[above]!
      if (other.startBy <= dated.startBy) break
      this.put(other, place)
      place = above
    }
    this.put(dated, place)
  }

  private sink(dated: D, from: number): void {
    let place = from
    for (;;) {
      let below = 2 * place + 1
      if (below >= this.heap.length) break
      if (below + 1 < this.heap.length && this.heap[below + 1]!.startBy < this.heap[below]!.startBy) below += 1
      const other = this.heap[below]!
      if (other.startBy >= dated.startBy) break
      this.put(other, place)
      place = below
    }
    this.put(dated, place)
  }

  private put(dated: D, place: number): void {
    this.heap[place] = dated
    dated.place = place
  }
}
