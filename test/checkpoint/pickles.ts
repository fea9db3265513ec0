/** A small assembler of pickles, for those that no honest program writes. Each function gives the bytes of a value. */

type Value = Buffer | string | number | boolean | null

const byte = (...bytes: number[]): Buffer => Buffer.from(bytes)

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

export function uint64(value: number | bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}

/** Bytes as they are; a string as BINUNICODE; a number as BININT or LONG1. */
export function value(from: Value): Buffer {
  if (Buffer.isBuffer(from)) return from
  if (from === null) return byte(0x4e)
  if (typeof from === 'boolean') return byte(from ? 0x88 : 0x89)
  if (typeof from === 'string') {
    return Buffer.concat([byte(0x58), uint32(Buffer.byteLength(from)), Buffer.from(from)])
  }
  if (from === (from | 0)) return Buffer.concat([byte(0x4a), uint32(from >>> 0)])
  return Buffer.concat([byte(0x8a, 8), uint64(BigInt.asUintN(64, BigInt(from)))])
}

export function tuple(...items: readonly Value[]): Buffer {
  return Buffer.concat([byte(0x28), ...items.map(value), byte(0x74)])
}

export function list(...items: readonly Value[]): Buffer {
  return Buffer.concat([byte(0x5d, 0x28), ...items.map(value), byte(0x65)])
}

export function dict(entries: Readonly<Record<string, Value>>): Buffer {
  return Buffer.concat([
    byte(0x7d, 0x28),
    ...Object.entries(entries).flatMap(([key, item]) => [value(key), value(item)]),
    byte(0x75),
  ])
}

export function global(module: string, name: string): Buffer {
  return Buffer.from(`c${module}\n${name}\n`)
}

export function reduce(callee: Buffer, args: Buffer): Buffer {
  return Buffer.concat([callee, args, Buffer.from('R')])
}

export function storage(key: string, elements: number, type = 'FloatStorage', ...view: readonly Value[]): Buffer {
  return Buffer.concat([tuple('storage', global('torch', type), key, 'cpu', elements, ...view), Buffer.from('Q')])
}

/** A view on a storage, by default on one of exactly its size. */
export function tensor(
  shape: readonly Value[],
  strides: readonly Value[],
  { of = storage('0', 6), offset = 0, metadata = [] as readonly Value[] } = {},
): Buffer {
  const hooks = reduce(global('collections', 'OrderedDict'), tuple())
  const args = tuple(of, offset, tuple(...shape), tuple(...strides), false, hooks, ...metadata)
  return reduce(global('torch._utils', '_rebuild_tensor_v2'), args)
}

/** A whole pickle: the bytes of a value between PROTO and STOP. */
export function pickle(root: Value, protocol = 2): Buffer {
  return Buffer.concat([byte(0x80, protocol), value(root), Buffer.from('.')])
}
