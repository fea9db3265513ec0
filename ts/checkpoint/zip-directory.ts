/** Reads the directory of a zip file: which entries it has, under plain names. */

import { malformed, quoted } from './problems.js'
import type { Source } from './source.js'
import { findDirectory } from './zip-end.js'

/** What the directory says of an entry. */
export interface ZipEntry {
  readonly name: string
  readonly nameBytes: number
  readonly isStored: boolean
  /** Of its own header in the file. */
  readonly header: number
  readonly bytes: number
}

export interface ZipDirectory {
  readonly entries: readonly ZipEntry[]
  /** Of the directory in the file. */
  readonly offset: number
}

const central = { signature: 0x02014b50, bytes: 46 } as const
const zip64Field = 1
const inZip64 = 0xffffffff
const encryptedFlags = 0x2041
const storedMethod = 0

export async function readZipDirectory(source: Source): Promise<ZipDirectory> {
  const { offset, bytes, count } = await findDirectory(source)
  return { entries: parseRecords(await source.read(offset, bytes, 'its zip directory'), count), offset }
}

function parseRecords(records: Buffer, count: number): ZipEntry[] {
  const parsed: ZipEntry[] = []
  let at = 0
  for (let index = 0; index < count; index++) {
    if (at + central.bytes > records.length || records.readUInt32LE(at) !== central.signature) throw damaged()
    const nameBytes = records.readUInt16LE(at + 28)
    const extra = at + central.bytes + nameBytes
    const extraEnd = extra + records.readUInt16LE(at + 30)
    const next = extraEnd + records.readUInt16LE(at + 32)
    if (next > records.length) throw damaged()
    parsed.push(parseEntry(records.subarray(at, extra), records.subarray(extra, extraEnd)))
    at = next
  }
  if (at !== records.length) throw damaged()
  return parsed
}

function damaged(): Error {
  return malformed('its zip directory is damaged')
}

function parseEntry(record: Buffer, extra: Buffer): ZipEntry {
  const name = checkedName(record.subarray(central.bytes))
  if ((record.readUInt16LE(8) & encryptedFlags) !== 0) throw malformed(`its zip entry ${quoted(name)} is encrypted`)
  const isStored = record.readUInt16LE(10) === storedMethod
  const fields = [record.readUInt32LE(24), record.readUInt32LE(20), record.readUInt32LE(42)]
  const [bytes, storedBytes, header] = withZip64(fields, extra) as [number, number, number]
  if (isStored && bytes !== storedBytes) throw malformed(`its zip entry ${quoted(name)} has two sizes`)
  return { name, nameBytes: record.length - central.bytes, isStored, header, bytes }
}

/** Fields that do not fit in 32 bits stand in zip64's extra field, in this order. */
function withZip64(fields: readonly number[], extra: Buffer): number[] {
  if (!fields.includes(inZip64)) return [...fields]
  let wide: Buffer = Buffer.alloc(0)
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) === zip64Field) wide = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2))
  }
  let at = 0
  return fields.map((field) => {
    if (field !== inZip64) return field
    if (at + 8 > wide.length) throw damaged()
    at += 8
    return Number(wide.readBigUInt64LE(at - 8))
  })
}

function checkedName(bytes: Buffer): string {
  let name: string
  try {
    name = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw malformed('a zip entry has a name that is not UTF-8')
  }
  const parts = name.split('/')
  if (/[\0-\x1f\\]/.test(name) || parts.some((part) => part === '' || part === '.' || part === '..')) {
    throw malformed(`its zip entry ${quoted(name)} has a name that leads elsewhere`)
  }
  return name
}
