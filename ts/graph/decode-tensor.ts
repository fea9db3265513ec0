/** A tensor's message, whichever of its fields holds the numbers, as plain little-endian bytes. */

import { PdfnetError } from '../errors.js'
import { elementBytes, type DType, type Shape } from '../tensor.js'
import { dtypeOfNumber } from './dtypes.js'
import { fieldOf } from './fields.js'
import type { Initializer, TensorData } from './model.js'
import type { MessageReader } from './wire.js'

/** External data is taken for the main graph's initialisers only, as a path that is still to be checked. */
export function decodeTensor(message: MessageReader, external: 'allowed' | 'refused'): Initializer {
  const f = fieldOf.tensor
  const dims: bigint[] = []
  const ints: bigint[] = []
  const reals: Uint8Array[] = []
  const entries = new Map<string, string>()
  let name = ''
  let number = 0
  let raw: Uint8Array | undefined
  let location = 0
  const rest = message.fields({
    [f.dims]: (field) => field.ints(dims),
    [f.dtype]: (field) => (number = field.int()),
    [f.floatData]: (field) => field.reals(reals, 4),
    [f.doubleData]: (field) => field.reals(reals, 8),
    [f.int32Data]: (field) => field.ints(ints),
    [f.int64Data]: (field) => field.ints(ints),
    [f.uint64Data]: (field) => field.ints(ints),
    [f.name]: (field) => (name = field.string()),
    [f.rawData]: (field) => (raw = field.bytes()),
    [f.externalData]: (field) => decodeEntry(field.message(), entries),
    [f.dataLocation]: (field) => (location = field.int()),
  })
  const dtype = dtypeOfNumber(number)
  if (!dtype) throw new Error(`tensor ${shown(name)} has element type ${number}, which is not supported`)
  const shape = shapeOf(dims, name)
  const bytes = bytesOf(dtype, shape, name)
  const data: TensorData =
    location === 1
      ? externalData(entries, bytes, name, external)
      : { kind: 'bytes', bytes: raw ?? (ints.length > 0 ? packed(ints, dtype) : joined(reals)) }
  if (data.kind === 'bytes' && data.bytes.length !== bytes) {
    throw new Error(
      `tensor ${shown(name)} has ${data.bytes.length} bytes, expected ${bytes} for ${dtype} [${shape.join(', ')}]`,
    )
  }
  return { name, dtype, shape, data, rest }
}

function decodeEntry(message: MessageReader, entries: Map<string, string>): void {
  let key = ''
  let value = ''
  message.fields({
    [fieldOf.entry.key]: (field) => (key = field.string()),
    [fieldOf.entry.value]: (field) => (value = field.string()),
  })
  entries.set(key, value)
}

function shapeOf(dims: readonly bigint[], name: string): Shape {
  if (dims.length > 64) throw new Error(`tensor ${shown(name)} has ${dims.length} dimensions`)
  return dims.map((dim) => {
    if (dim < 0n || dim > BigInt(Number.MAX_SAFE_INTEGER)) throw new Error(`tensor ${shown(name)} has a size of ${dim}`)
    return Number(dim)
  })
}

function bytesOf(dtype: DType, shape: Shape, name: string): number {
  const bytes = shape.reduce((product, size) => product * size, elementBytes[dtype])
  if (!Number.isSafeInteger(bytes)) throw new Error(`tensor ${shown(name)} is too large: [${shape.join(', ')}]`)
  return bytes
}

function externalData(
  entries: ReadonlyMap<string, string>,
  bytes: number,
  name: string,
  external: 'allowed' | 'refused',
): TensorData {
  const refuse = (why: string) => new PdfnetError('ERR_ONNX_EXTERNAL', `external data of tensor ${shown(name)}: ${why}`)
  if (external === 'refused') throw refuse('only initialisers of the main graph may have any')
  const path = entries.get('location') ?? ''
  const offset = wholeNumber(entries.get('offset') ?? '0')
  const length = wholeNumber(entries.get('length') ?? String(bytes))
  if (path === '') throw refuse('it names no file')
  if (offset === undefined || length === undefined) throw refuse('its offset or length is not a whole number')
  if (length !== bytes) throw refuse(`${length} bytes, expected ${bytes} from its type and shape`)
  return { kind: 'file', path, offset }
}

function wholeNumber(text: string): number | undefined {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN
  return Number.isSafeInteger(value) ? value : undefined
}

/** float16 and bfloat16 are stored as the integers of their bits. */
function packed(values: readonly bigint[], dtype: DType): Uint8Array {
  const width = elementBytes[dtype]
  const bytes = new Uint8Array(values.length * width)
  const view = new DataView(bytes.buffer)
  values.forEach((value, i) => {
    if (width === 8) view.setBigInt64(i * 8, BigInt.asIntN(64, value), true)
    else if (width === 4) view.setInt32(i * 4, Number(BigInt.asIntN(32, value)), true)
    else if (width === 2) view.setInt16(i * 2, Number(BigInt.asIntN(16, value)), true)
    else view.setInt8(i, Number(BigInt.asIntN(8, value)))
  })
  return bytes
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts)
}

function shown(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name)
}
