/** What a pickle is read as: plain data that stands for Python's values. Nothing here can do anything. */

import type { DType, Shape } from '../tensor.js'

export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Tuple
  | List
  | Dict
  | Global
  | StorageType
  | ElementType
  | Storage
  | PickledTensor
  | Opaque

/** `depth`: how deep the deepest of its items was nested when it was put in. */
export class Tuple {
  constructor(
    readonly items: readonly Value[],
    readonly depth: number,
  ) {}
}

export class List {
  readonly items: Value[] = []
  depth = 0
}

/** Of a dict only what has a string for its key is kept: a state dict has no other. */
export class Dict {
  private entries: Map<string, Value> | undefined
  depth = 0

  get(key: string): Value | undefined {
    return this.entries?.get(key)
  }

  set(key: Value, value: Value): void {
    if (typeof key === 'string') (this.entries ??= new Map()).set(key, value)
  }

  list(): readonly (readonly [string, Value])[] {
    return [...(this.entries ?? [])]
  }
}

/** A class or function, by its name only. */
export class Global {
  constructor(readonly name: string) {}
}

/** One of `torch.*Storage`; of untyped ones the elements are bytes. */
export class StorageType {
  constructor(readonly dtype: DType) {}
}

/** One of `torch.float32` and the like. */
export class ElementType {
  constructor(readonly dtype: DType) {}
}

/** Memory that tensors are views on, named by its key; its bytes are elsewhere in the file. */
export class Storage {
  constructor(
    readonly key: string,
    readonly dtype: DType,
    /** Of a view on the storage of that key, as old files have them. */
    readonly offsetBytes: number,
    readonly bytes: number,
  ) {}
}

export class PickledTensor {
  constructor(
    readonly storage: Storage,
    readonly dtype: DType,
    /** Of its first element, from the start of the storage. */
    readonly offsetBytes: number,
    readonly shape: Shape,
    readonly strides: readonly number[],
  ) {}
}

/** A value of a known harmless class that no state dict needs: what it holds is dropped. */
export class Opaque {
  readonly isDropped = true
}

export const opaque = new Opaque()

export function depthOf(value: Value): number {
  return value instanceof Tuple || value instanceof List || value instanceof Dict ? value.depth : 0
}
