/** The state of reading a pickle: its stack, marks and memo, within limits. */

import { limits } from './limits.js'
import type { PickleInput } from './pickle-input.js'
import { Dict, Global, List, Opaque, PickledTensor, Tuple, depthOf, opaque, type Value } from './pickle-values.js'
import { malformed, refused } from './problems.js'

/** What the names in a pickle stand for. Each gives data, or throws. */
export interface Meaning {
  /** Of a class or function that is named. */
  named(name: string): Value
  /** Of a named one being applied to values. */
  applied(callee: Global, args: Tuple): Value
  /** Of a value that is stored outside the pickle. */
  persistent(id: Value): Value
}

export class Machine {
  private readonly stack: Value[] = []
  private readonly marks: number[] = []
  private readonly memo: Value[] = []
  private opcodes = 0

  constructor(
    readonly input: PickleInput,
    private readonly meaning: Meaning,
  ) {}

  count(): void {
    if (++this.opcodes > limits.opcodes) throw refused(`its pickle has more than ${limits.opcodes} opcodes`)
  }

  push(value: Value): void {
    this.stack.push(value)
  }

  pop(): Value {
    return this.popMany(1)[0]!
  }

  popMany(count: number): Value[] {
    if (this.stack.length - count < (this.marks.at(-1) ?? 0)) throw malformed('its pickle takes more than it gave')
    return this.stack.splice(-count)
  }

  mark(): void {
    if (this.marks.push(this.stack.length) > limits.depth) throw nested()
  }

  popMark(): Value[] {
    const mark = this.marks.pop()
    if (mark === undefined) throw malformed('its pickle ends a group that it did not begin')
    return this.stack.splice(mark)
  }

  tuple(items: readonly Value[]): void {
    this.push(new Tuple(items, deeper(items, 0)))
  }

  append(items: readonly Value[]): void {
    const list = this.top(List)
    for (const item of items) list.items.push(item)
    list.depth = deeper(items, list.depth)
  }

  setItems(items: readonly Value[]): void {
    const dict = this.top(Dict)
    if (items.length % 2 !== 0) throw malformed('its pickle has a key without a value')
    for (let i = 0; i < items.length; i += 2) dict.set(items[i]!, items[i + 1]!)
    dict.depth = deeper(items, dict.depth)
  }

  /** Items of a set, which are dropped. */
  addItems(): void {
    this.popMark()
    this.top(Opaque)
  }

  frozenSet(): void {
    this.popMark()
    this.push(opaque)
  }

  /** The state of an object, which is dropped: the attributes of a tensor or a dict are no weights. */
  build(): void {
    this.pop()
    this.top<Dict | Opaque | PickledTensor>(Dict, Opaque, PickledTensor)
  }

  global(module: Value, name: Value): void {
    if (typeof module !== 'string' || typeof name !== 'string') throw malformed('its pickle names a class by no name')
    if (Math.max(module.length, name.length) > limits.globalBytes) {
      throw refused(`its pickle names a class by more than ${limits.globalBytes} bytes`)
    }
    this.push(this.meaning.named(`${module}.${name}`))
  }

  apply(callee: Value, args: Value): void {
    if (!(callee instanceof Global) || !(args instanceof Tuple)) throw malformed('its pickle applies what is no class')
    this.push(this.meaning.applied(callee, args))
  }

  persistent(): void {
    this.push(this.meaning.persistent(this.pop()))
  }

  /** Keeps the value on top under a number, by default the next one. */
  remember(index = this.memo.length): void {
    // Each opcode remembers one value at most, so that an honest pickle's numbers stay below their count.
    if (index > this.opcodes) throw malformed('its pickle remembers a value under a number that is too large')
    const value = this.pop()
    this.push(value)
    this.memo[index] = value
  }

  recall(index: number): void {
    const value = this.memo[index]
    if (value === undefined) throw malformed('its pickle recalls what it did not remember')
    this.push(value)
  }

  /** The value on top, which has to be one of these. */
  private top<T extends Value>(...classes: readonly (new (...args: never[]) => T)[]): T {
    const value = this.pop()
    if (!classes.some((one) => value instanceof one))
      throw malformed('its pickle puts a value into what cannot hold it')
    this.push(value)
    return value as T
  }
}

/** The depth of a container that gets `items`. */
function deeper(items: readonly Value[], depth: number): number {
  const deepest = items.reduce<number>((most, item) => Math.max(most, depthOf(item) + 1), depth)
  if (deepest > limits.depth) throw nested()
  return deepest
}

function nested(): Error {
  return refused(`its pickle nests deeper than ${limits.depth} levels`)
}
