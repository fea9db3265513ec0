/** An ONNX model in memory. Nothing in it is changed in place: a pass returns a new model that shares what it kept. */

import type { DType, Shape, Tensor } from '../tensor.js'

/** `rest` in each of these: fields that this package does not read, as they stood in the file, written back as they are. */
export interface Model {
  readonly irVersion: number
  readonly producer: { readonly name: string; readonly version: string }
  readonly opsets: readonly Opset[]
  readonly graph: Graph
  readonly functions: readonly LocalFunction[]
  readonly rest?: Uint8Array | undefined
}

/** A domain's version. The standard domain is the empty string. */
export interface Opset {
  readonly domain: string
  readonly version: number
}

export interface Graph {
  readonly name: string
  readonly nodes: readonly Node[]
  readonly inputs: readonly ValueInfo[]
  readonly outputs: readonly ValueInfo[]
  readonly initializers: readonly Initializer[]
  /** What the file says of the values in between. Hints: no pass relies on them. */
  readonly values: readonly ValueInfo[]
  readonly rest?: Uint8Array | undefined
}

export interface Node {
  readonly opType: string
  /** Empty for the standard domain. */
  readonly domain: string
  readonly name: string
  /** Names of values; an empty one is an optional input that was left out. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: ReadonlyMap<string, Attribute>
  /** What `mixedPrecision` keeps in single precision, and why: a name for it. No part of the file. */
  readonly island?: string | undefined
  readonly rest?: Uint8Array | undefined
}

export type Attribute =
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'int'; readonly value: bigint }
  | { readonly type: 'string'; readonly value: Uint8Array }
  | { readonly type: 'tensor'; readonly value: Initializer }
  | { readonly type: 'graph'; readonly value: Graph }
  | { readonly type: 'floats'; readonly value: readonly number[] }
  | { readonly type: 'ints'; readonly value: readonly bigint[] }
  | { readonly type: 'strings'; readonly value: readonly Uint8Array[] }
  | { readonly type: 'tensors'; readonly value: readonly Initializer[] }
  | { readonly type: 'graphs'; readonly value: readonly Graph[] }
  /** Of a kind that no network here has (sparse tensors, types, references in functions): its message, whole. */
  | { readonly type: 'other'; readonly value: Uint8Array }

export interface Initializer {
  readonly name: string
  readonly dtype: DType
  readonly shape: Shape
  readonly data: TensorData
  readonly rest?: Uint8Array | undefined
}

/** Little-endian, C order, `byteLength(dtype, shape)` bytes: here, in a file that was checked, or made when wanted. */
export type TensorData =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'file'; readonly path: string; readonly offset: number }
  | { readonly kind: 'made'; readonly make: () => Promise<Uint8Array> }

/** A size, or the name of one that is known only at the run: empty where it has none. */
export type Dim = number | string

export interface ValueInfo {
  readonly name: string
  /** Absent for sequences, maps and optionals, and where the file says nothing. */
  readonly tensor?: { readonly dtype: DType; readonly dims: readonly Dim[] | undefined } | undefined
  readonly rest?: Uint8Array | undefined
}

/** A function that the file itself defines. Passes leave it alone. */
export interface LocalFunction {
  readonly domain: string
  readonly name: string
  readonly opsets: readonly Opset[]
  readonly nodes: readonly Node[]
  readonly rest?: Uint8Array | undefined
}

export function valueInfo(name: string, dtype: DType, dims: readonly Dim[]): ValueInfo {
  return { name, tensor: { dtype, dims } }
}

export function initializerOf(name: string, { dtype, shape, data }: Tensor): Initializer {
  return { name, dtype, shape, data: { kind: 'bytes', bytes: data } }
}

/** Whether the node is that operator of the standard domain. */
export function isOperator(node: Node, opType: string): boolean {
  return node.opType === opType && isStandardDomain(node.domain)
}

export function isStandardDomain(domain: string): boolean {
  return domain === '' || domain === 'ai.onnx'
}
