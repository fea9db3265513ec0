/** Reads protobuf messages field by field, with limits on what a hostile file can make us hold. */

import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'

/** Messages in messages: room for 30 nested subgraphs. */
const maxDepth = 100
/** Fields in one file: about 1 GB of objects at the worst. A network of 3,000 nodes has some 60,000. */
const maxFields = 4_000_000
/** Numbers that are stored one by one: 512 MB of them as bigints. Large tensors are stored as raw bytes. */
const maxNumbers = 16 * 1024 * 1024

interface Budget {
  fields: number
  numbers: number
}

/** What a handler returns to have the field's bytes kept, as if it had no handler. */
export const keep = Symbol('keep')

export type FieldHandlers = Readonly<Record<number, (field: MessageReader) => unknown>>

/** One message. Its `fields()` visits each field; the other methods read the field being visited. */
export class MessageReader {
  readonly #bytes: Uint8Array
  readonly #reader: BinaryReader
  readonly #end: number
  readonly #depth: number
  readonly #budget: Budget
  #wire: WireType = WireType.Varint

  private constructor(bytes: Uint8Array, reader: BinaryReader, end: number, depth: number, budget: Budget) {
    this.#bytes = bytes
    this.#reader = reader
    this.#end = end
    this.#depth = depth
    this.#budget = budget
  }

  /** All methods throw a plain Error that says what is wrong: the caller knows the file's name. */
  static of(bytes: Uint8Array): MessageReader {
    const budget = { fields: maxFields, numbers: maxNumbers }
    return new MessageReader(bytes, new BinaryReader(bytes), bytes.length, 0, budget)
  }

  /** Calls each field's handler, in the file's order; returns the bytes of the fields that none took, if there are. */
  fields(handlers: FieldHandlers): Uint8Array | undefined {
    const reader = this.#reader
    const rest: Uint8Array[] = []
    while (reader.pos < this.#end) {
      if (--this.#budget.fields < 0) throw new Error(`it has more than ${maxFields} fields`)
      const start = reader.pos
      const [number, wire] = reader.tag()
      const handle = handlers[number]
      this.#wire = wire
      const kept = handle ? handle(this) === keep : true
      if (!handle) reader.skip(wire, number)
      if (reader.pos > this.#end) throw new Error('a field reaches past the end of its message')
      if (kept) rest.push(this.#bytes.subarray(start, reader.pos))
    }
    return rest.length > 1 ? Buffer.concat(rest) : rest[0]
  }

  message(): MessageReader {
    this.#expect(WireType.LengthDelimited)
    const end = this.#lengthEnd()
    if (this.#depth >= maxDepth) throw new Error(`messages are nested deeper than ${maxDepth}`)
    return new MessageReader(this.#bytes, this.#reader, end, this.#depth + 1, this.#budget)
  }

  /** The bytes of the message that `message()` would read, which is still to be read. */
  peek(): Uint8Array {
    const start = this.#reader.pos
    const bytes = this.bytes()
    this.#reader.pos = start
    return bytes
  }

  string(): string {
    this.#expect(WireType.LengthDelimited)
    return this.#reader.string(true)
  }

  /** A view on the file. */
  bytes(): Uint8Array {
    this.#expect(WireType.LengthDelimited)
    return this.#reader.bytes()
  }

  bigint(): bigint {
    this.#expect(WireType.Varint)
    return BigInt(this.#reader.int64())
  }

  int(): number {
    const value = Number(this.bigint())
    if (!Number.isSafeInteger(value)) throw new Error(`${value} is too large`)
    return value
  }

  float(): number {
    this.#expect(WireType.Bit32)
    if (this.#reader.pos + 4 > this.#end) throw new Error('a field reaches past the end of its message')
    return this.#reader.float()
  }

  /** Appends one field of a repeated integer: one number, or packed ones. */
  ints(list: bigint[]): void {
    if (this.#wire === WireType.Varint) {
      this.#count(1)
      list.push(this.bigint())
      return
    }
    this.#expect(WireType.LengthDelimited)
    const end = this.#lengthEnd()
    while (this.#reader.pos < end) {
      this.#count(1)
      list.push(BigInt(this.#reader.int64()))
    }
    if (this.#reader.pos !== end) throw new Error('a packed field reaches past its end')
  }

  /** Appends one field of a repeated float or double, as little-endian bytes: views on the file. */
  reals(list: Uint8Array[], width: 4 | 8): void {
    const single = width === 4 ? WireType.Bit32 : WireType.Bit64
    const start = this.#reader.pos
    if (this.#wire === single) {
      this.#count(1)
      this.#reader.pos += width
      if (this.#reader.pos > this.#end) throw new Error('a field reaches past the end of its message')
      list.push(this.#bytes.subarray(start, this.#reader.pos))
      return
    }
    const packed = this.bytes()
    if (packed.length % width !== 0) throw new Error(`${packed.length} packed bytes are no whole number of reals`)
    list.push(packed)
  }

  #lengthEnd(): number {
    const length = this.#reader.uint32()
    const end = this.#reader.pos + length
    if (end > this.#end) throw new Error('a field reaches past the end of its message')
    return end
  }

  #count(numbers: number): void {
    this.#budget.numbers -= numbers
    if (this.#budget.numbers < 0) throw new Error(`it holds more than ${maxNumbers} numbers one by one`)
  }

  #expect(wire: WireType): void {
    if (this.#wire !== wire) throw new Error(`a field has wire type ${this.#wire}, expected ${wire}`)
  }
}
