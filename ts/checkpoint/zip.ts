/** Reads which entries a zip file has, strictly: stored as they are, under plain names, none overlapping. */

import { malformed, quoted } from './problems.js'
import type { Source } from './source.js'
import { findDirectory, type ZipDirectory } from './zip-end.js'

/** An entry's data: a range of the file. */
export interface ZipData {
  readonly offset: number
  readonly bytes: number
}

interface Entry {
  readonly name: string
  readonly nameBytes: number
  /** Of its own header in the file. */
  readonly header: number
  readonly bytes: number
}

const central = { signature: 0x02014b50, bytes: 46 } as const
const local = { signature: 0x04034b50, bytes: 30 } as const
const zip64Field = 1
const inZip64 = 0xffffffff
const encryptedFlags = 0x2041
const storedMethod = 0

/** The entries by name, in the order of the file. */
export async function readZip(source: Source): Promise<ReadonlyMap<string, ZipData>> {
  const directory = await findDirectory(source)
  const entries = parseDirectory(await source.read(directory.offset, directory.bytes, 'its zip directory'), directory)
  entries.sort((one, other) => one.header - other.header)
  const found = new Map<string, ZipData>()
  for (const [index, entry] of entries.entries()) {
    if (found.has(entry.name)) throw malformed(`its zip entry ${quoted(entry.name)} stands twice`)
    const offset = await dataOffset(source, entry)
    const next = entries[index + 1]?.header ?? directory.offset
    if (offset + entry.bytes > next) throw malformed(`its zip entry ${quoted(entry.name)} overlaps what follows it`)
    found.set(entry.name, { offset, bytes: entry.bytes })
  }
  return found
}

function parseDirectory(records: Buffer, { entries }: ZipDirectory): Entry[] {
  const parsed: Entry[] = []
  let at = 0
  for (let index = 0; index < entries; index++) {
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

function parseEntry(record: Buffer, extra: Buffer): Entry {
  const name = checkedName(record.subarray(central.bytes))
  if ((record.readUInt16LE(8) & encryptedFlags) !== 0) throw malformed(`its zip entry ${quoted(name)} is encrypted`)
  if (record.readUInt16LE(10) !== storedMethod) {
    throw malformed(
      `its zip entry ${quoted(name)} is compressed, expected one that is stored`,
      'Save it again with torch.save: it compresses nothing',
    )
  }
  const fields = [record.readUInt32LE(24), record.readUInt32LE(20), record.readUInt32LE(42)]
  const [bytes, storedBytes, header] = withZip64(fields, extra) as [number, number, number]
  if (bytes !== storedBytes) throw malformed(`its zip entry ${quoted(name)} has two sizes`)
  return { name, nameBytes: record.length - central.bytes, header, bytes }
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

/** Where an entry's data begins. Throws where its own header disagrees with the directory. */
async function dataOffset(source: Source, { name, nameBytes, header }: Entry): Promise<number> {
  const record = await source.read(header, local.bytes + nameBytes, `its zip entry ${quoted(name)}`)
  const agrees =
    record.readUInt32LE(0) === local.signature &&
    record.readUInt16LE(8) === storedMethod &&
    record.readUInt16LE(26) === nameBytes &&
    record.toString('utf8', local.bytes) === name
  if (!agrees) throw malformed(`its zip entry ${quoted(name)} is not what the directory says`)
  return header + local.bytes + nameBytes + record.readUInt16LE(28)
}
