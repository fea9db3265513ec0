/** A place in a network: what is written there is named after the path that the checkpoint gives it. */

import { BadWeights, type Attributes, type GraphBuilder, type TensorData } from '../graph/index.js'
import { tensorOf, type Shape } from '../tensor.js'
import type { Island } from './islands.js'
import type { Target } from './target.js'
import { faultOf, type Weights } from './weights.js'

/** A value of the graph. A size that only the run tells is −1. */
export interface Value {
  readonly name: string
  readonly shape: Shape
}

/** What all places of one graph share. */
interface Writing {
  readonly builder: GraphBuilder
  readonly weights: Weights
  readonly target: Target
  readonly initializers: Map<string, Value>
}

/**
 * A network that is applied twice, to other inputs, is two branches: their nodes differ by the branch's name, and they
 * share their weights.
 */
export class Module {
  readonly #writing: Writing
  readonly #branch: string
  readonly #path: string
  readonly #island: Island | undefined

  private constructor(writing: Writing, branch: string, path: string, island?: Island) {
    this.#writing = writing
    this.#branch = branch
    this.#path = path
    this.#island = island
  }

  static root(builder: GraphBuilder, weights: Weights, target: Target): Module {
    return new Module({ builder, weights, target, initializers: new Map() }, '', '')
  }

  get target(): Target {
    return this.#writing.target
  }

  /** The part of that name. */
  at(part: string): Module {
    return new Module(this.#writing, this.#branch, this.#within(part), this.#island)
  }

  branch(name: string): Module {
    return new Module(this.#writing, `${name}/`, this.#path, this.#island)
  }

  /** The same place; what is written there stays in single precision in a graph of half precision. */
  island(island: Island): Module {
    return new Module(this.#writing, this.#branch, this.#path, island)
  }

  has(part: string): boolean {
    return this.#writing.weights.shape(this.#within(part)) !== undefined
  }

  /** Of a weight that the check of all shapes found. */
  shapeOf(part: string): Shape {
    return this.#writing.weights.shape(this.#within(part))!
  }

  /** A weight as the checkpoint has it. */
  weight(part: string): Value {
    return this.derived(part, this.shapeOf(part), (read) => read(part))
  }

  /**
   * What follows from weights, computed when the graph is written to a file.
   * @param part its own name; where that is a weight's, it stands in that weight's stead
   */
  derived(
    part: string,
    shape: Shape,
    make: (read: (part: string) => Promise<Float32Array>) => Promise<Float32Array>,
  ): Value {
    const { weights } = this.#writing
    const bytes = async () => {
      const faults: string[] = []
      const values = await make(async (of) => {
        const name = this.#within(of)
        const read = await weights.read(name)
        const fault = faultOf(weights, name, read)
        if (fault !== undefined) faults.push(fault)
        return read
      })
      if (faults.length > 0)
        throw new BadWeights(faults, 'Take a checkpoint whose training did not diverge, or get the file again')
      return bytesOf(values)
    }
    return this.#initializer(this.#within(part), 'float32', shape, bytes)
  }

  /** A constant that follows from sizes alone: what has its name is made once in a graph. */
  constant(name: string, dtype: 'float32' | 'int32', shape: Shape, make: () => Float32Array | Int32Array): Value {
    return this.#initializer(name, dtype, shape, () => Promise.resolve(bytesOf(make())))
  }

  integers(values: readonly number[]): Value {
    const { data } = tensorOf('int64', [values.length], values)
    return this.#initializer(`integers.${values.join('.')}`, 'int64', [values.length], data)
  }

  /** A scalar. */
  number(value: number): Value {
    return this.#initializer(`number.${value}`, 'float32', [], tensorOf('float32', [], [value]).data)
  }

  /**
   * Adds an operator.
   * @param inputs undefined stands for one that is left out
   * @param shape of the result
   * @param name of the part that it is, within this one. @default the operator's
   */
  apply(
    operator: string,
    inputs: readonly (Value | undefined)[],
    shape: Shape,
    attributes: Attributes = {},
    name?: string,
  ): Value {
    return this.applyMany(operator, inputs, [shape], attributes, name)[0]!
  }

  /** Adds an operator with a result for each shape. */
  applyMany(
    operator: string,
    inputs: readonly (Value | undefined)[],
    shapes: readonly Shape[],
    attributes: Attributes = {},
    name?: string,
  ): Value[] {
    const unscoped = operator.split('::').at(-1)!
    const names = this.#writing.builder.nodes(
      operator,
      inputs.map((input) => input?.name ?? ''),
      shapes.length,
      attributes,
      { name: this.#branch + this.#within(name ?? unscoped), island: this.#island },
    )
    return names.map((result, i) => ({ name: result, shape: shapes[i]! }))
  }

  #within(part: string): string {
    return this.#path === '' ? part : part === '' ? this.#path : `${this.#path}.${part}`
  }

  #initializer(
    name: string,
    dtype: 'float32' | 'int32' | 'int64',
    shape: Shape,
    data: Uint8Array | (() => Promise<Uint8Array>),
  ): Value {
    const { builder, initializers } = this.#writing
    const made = initializers.get(name)
    if (made) return made
    const source: TensorData =
      data instanceof Uint8Array ? { kind: 'bytes', bytes: data } : { kind: 'made', make: data }
    const value = { name: builder.weight(name, dtype, shape, source), shape }
    initializers.set(name, value)
    return value
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
