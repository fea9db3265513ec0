/** Reads the header of a safetensors file: 8 bytes of length, JSON, then the tensors with nothing between them. */

import { byteLength, type DType } from '../tensor.js'
import { checkLayout, contiguousStrides, type StoredTensor } from './layout.js'
import { limits } from './limits.js'
import { malformed, quoted, refused } from './problems.js'
import type { Source } from './source.js'

const dtypes = new Map<unknown, DType>([
  ['F32', 'float32'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
  ['F64', 'float64'],
  ['U8', 'uint8'],
  ['I8', 'int8'],
  ['U16', 'uint16'],
  ['I16', 'int16'],
  ['U32', 'uint32'],
  ['I32', 'int32'],
  ['U64', 'uint64'],
  ['I64', 'int64'],
  ['BOOL', 'bool'],
])

const lengthBytes = 8
const metadataKey = '__metadata__'

interface Placed {
  readonly name: string
  readonly dtype: DType
  readonly shape: readonly number[]
  /** From the end of the header. */
  readonly begin: number
  readonly end: number
}

/** Whether the file may be one; its first bytes tell. */
export function looksLikeSafetensors(head: Buffer): boolean {
  return head.length > lengthBytes && head[lengthBytes] === 0x7b && head.readUInt32LE(4) === 0
}

export async function readSafetensors(source: Source): Promise<ReadonlyMap<string, StoredTensor>> {
  const headerBytes = Number((await source.read(0, lengthBytes, 'the length of its header')).readBigUInt64LE())
  if (headerBytes > limits.safetensorsHeaderBytes) {
    throw refused(`its header has ${headerBytes} bytes, expected ${limits.safetensorsHeaderBytes} at most`)
  }
  const header = parse(await source.read(lengthBytes, headerBytes, 'its header'))
  const start = lengthBytes + headerBytes
  const placed = Object.entries(header)
    .filter(([name]) => name !== metadataKey)
    .map(([name, value]) => placedTensor(name, value))
  if (placed.length > limits.entries) {
    throw refused(`it has ${placed.length} tensors, expected ${limits.entries} at most`)
  }
  checkMetadata(header[metadataKey])
  checkPlaces(placed, source.size - start)
  return new Map(
    placed.map(({ name, dtype, shape, begin }) => [
      name,
      { dtype, shape, strides: contiguousStrides(shape), offset: start + begin },
    ]),
  )
}

function parse(bytes: Buffer): Readonly<Record<string, unknown>> {
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw malformed(`its header is not JSON: ${(cause as Error).message.slice(0, 200)}`)
  }
  if (!isObject(header)) throw malformed('its header is not a JSON object')
  return header
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function placedTensor(name: string, value: unknown): Placed {
  const what = `tensor ${quoted(name)}`
  if (!isObject(value)) throw malformed(`${what} is not a JSON object`)
  const { dtype: type, shape, data_offsets: offsets } = value
  const dtype = dtypes.get(type)
  if (dtype === undefined)
    throw malformed(`${what} is of type ${shownType(type)}, expected ${[...dtypes.keys()].join(', ')}`)
  if (!isSizes(shape)) throw malformed(`${what} has no shape of whole numbers from 0`)
  if (!isSizes(offsets) || offsets.length !== 2) throw malformed(`${what} has no pair of data_offsets`)
  const [begin, end] = offsets as [number, number]
  checkLayout({ dtype, shape, strides: contiguousStrides(shape) }, end - begin, what)
  if (end - begin !== byteLength(dtype, shape)) {
    throw malformed(
      `${what} has ${end - begin} bytes, expected ${byteLength(dtype, shape)} for ${dtype} [${shape.join(', ')}]`,
    )
  }
  return { name, dtype, shape, begin, end }
}

function shownType(type: unknown): string {
  return typeof type === 'string' ? quoted(type) : 'none'
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && (size as number) >= 0)
}

function checkMetadata(metadata: unknown): void {
  if (metadata === undefined) return
  if (!isObject(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    throw malformed(`its ${metadataKey} is not an object of strings`)
  }
}

/**
 * Every byte after the header belongs to one tensor. So a name that stands twice, of which JSON keeps the last, leaves a
 * hole that is refused here.
 */
function checkPlaces(placed: readonly Placed[], bytes: number): void {
  let at = 0
  for (const { name, begin, end } of [...placed].sort((one, other) => one.begin - other.begin || one.end - other.end)) {
    if (begin !== at) {
      const how = begin < at ? 'overlaps the one before it' : 'leaves a hole before it'
      throw malformed(`tensor ${quoted(name)} ${how}: it begins at byte ${begin} of the data, expected ${at}`)
    }
    at = end
  }
  if (at !== bytes) {
    const what = at > bytes ? 'is truncated' : 'has bytes that belong to no tensor'
    throw malformed(`it ${what}: its tensors take ${at} bytes, the file has ${bytes} for them`)
  }
}
