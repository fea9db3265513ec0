/** Writes checkpoints of each format from their parts, wrong ones too. */

import { open } from 'node:fs/promises'
import { dict, list, pickle, uint64 } from './pickles.js'

export interface ZipEntry {
  readonly name: string | Buffer
  /** A number: so many bytes that are never written. */
  readonly data: Buffer | number
  /** What its directory says instead of the truth. */
  readonly said?: { readonly bytes?: number; readonly storedBytes?: number; readonly header?: number }
  readonly method?: number
  readonly flags?: number
  /** In its own header only. */
  readonly local?: { readonly name?: string; readonly method?: number }
}

export interface Chunk {
  readonly at: number
  readonly bytes: Buffer
}

/** A zip file as pieces with their places, with zip64's fields and records where they are asked for or needed. */
export function zipChunks(entries: readonly ZipEntry[], { zip64 = false, prefix = 0, comment = '' } = {}): Chunk[] {
  const chunks: Chunk[] = []
  const records: Buffer[] = []
  let at = prefix
  const put = (bytes: Buffer): void => {
    chunks.push({ at, bytes })
    at += bytes.length
  }
  for (const { name, data, said = {}, method = 0, flags = 0, local = {} } of entries) {
    const header = said.header ?? at
    const bytes = typeof data === 'number' ? data : data.length
    put(localHeader(Buffer.from(local.name ?? name), local.method ?? method, flags))
    if (typeof data === 'number') at += data
    else put(data)
    const sizes = [said.bytes ?? bytes, said.storedBytes ?? bytes, header]
    records.push(centralRecord(Buffer.from(name), method, flags, sizes, zip64))
  }
  const directory = Buffer.concat(records)
  const where = { offset: at, bytes: directory.length, entries: entries.length }
  put(directory)
  if (zip64) put(end64(where, at))
  put(end(where, zip64, comment))
  return chunks
}

export function zipFile(entries: readonly ZipEntry[], options: Parameters<typeof zipChunks>[1] = {}): Buffer {
  const chunks = zipChunks(entries, options)
  const last = chunks.at(-1)!
  const file = Buffer.alloc(last.at + last.bytes.length)
  for (const { at, bytes } of chunks) bytes.copy(file, at)
  return file
}

/** Leaves holes between the pieces, which take no room. */
export async function writeSparse(path: string, chunks: readonly Chunk[]): Promise<void> {
  const handle = await open(path, 'w')
  try {
    for (const { at, bytes } of chunks) await handle.write(bytes, 0, bytes.length, at)
  } finally {
    await handle.close()
  }
}

/** The entries of what torch.save writes. */
export function torchEntries(root: Buffer, storages: Readonly<Record<string, Buffer | number>>): ZipEntry[] {
  return [
    { name: 'archive/data.pkl', data: pickle(root) },
    { name: 'archive/byteorder', data: Buffer.from('little') },
    ...Object.entries(storages).map(([key, data]) => ({ name: `archive/data/${key}`, data })),
    { name: 'archive/version', data: Buffer.from('3\n') },
  ]
}

export function torchFile(root: Buffer, storages: Readonly<Record<string, Buffer>>): Buffer {
  return zipFile(torchEntries(root, storages))
}

/** The number by which the format is known, as LONG1. */
const magic = Buffer.from('8a0a6cfc9c46f9206aa85019', 'hex')

/** What torch.save wrote before version 1.6. `counts` says how many elements stand before each storage. */
export function legacyFile(
  root: Buffer,
  storages: Readonly<Record<string, Buffer>>,
  { version = 1001, isLittle = true, keys = Object.keys(storages), counts = [] as readonly number[] } = {},
): Buffer {
  return Buffer.concat([
    pickle(magic),
    pickle(version),
    pickle(dict({ protocol_version: version, little_endian: isLittle })),
    pickle(root),
    pickle(list(...keys)),
    ...Object.values(storages).flatMap((data, index) => [uint64(counts[index] ?? data.length / 4), data]),
  ])
}

/** @param header JSON, or what stands in its place */
export function safetensorsFile(header: unknown, data: Buffer, headerBytes?: bigint): Buffer {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header))
  return Buffer.concat([uint64(headerBytes ?? text.length), text, data])
}

function localHeader(name: Buffer, method: number, flags: number): Buffer {
  const header = Buffer.alloc(30)
  header.writeUInt32LE(0x04034b50, 0)
  header.writeUInt16LE(flags, 6)
  header.writeUInt16LE(method, 8)
  header.writeUInt16LE(name.length, 26)
  return Buffer.concat([header, name])
}

function centralRecord(name: Buffer, method: number, flags: number, sizes: readonly number[], zip64: boolean): Buffer {
  const record = Buffer.alloc(46)
  record.writeUInt32LE(0x02014b50, 0)
  record.writeUInt16LE(flags, 8)
  record.writeUInt16LE(method, 10)
  record.writeUInt16LE(name.length, 28)
  const fields = [24, 20, 42]
  const isWide = sizes.map((size) => zip64 || size >= 0xffffffff)
  fields.forEach((field, index) => record.writeUInt32LE(isWide[index] ? 0xffffffff : sizes[index]!, field))
  const wide = sizes.filter((_, index) => isWide[index]).map(uint64)
  if (wide.length === 0) return Buffer.concat([record, name])
  const extra = Buffer.alloc(4)
  extra.writeUInt16LE(1, 0)
  extra.writeUInt16LE(8 * wide.length, 2)
  record.writeUInt16LE(4 + 8 * wide.length, 30)
  return Buffer.concat([record, name, extra, ...wide])
}

interface Directory {
  readonly offset: number
  readonly bytes: number
  readonly entries: number
}

function end64({ offset, bytes, entries }: Directory, at: number): Buffer {
  const record = Buffer.alloc(56 + 20)
  record.writeUInt32LE(0x06064b50, 0)
  record.writeBigUInt64LE(44n, 4)
  for (const field of [24, 32]) record.writeBigUInt64LE(BigInt(entries), field)
  record.writeBigUInt64LE(BigInt(bytes), 40)
  record.writeBigUInt64LE(BigInt(offset), 48)
  record.writeUInt32LE(0x07064b50, 56)
  record.writeBigUInt64LE(BigInt(at), 64)
  record.writeUInt32LE(1, 72)
  return record
}

function end({ offset, bytes, entries }: Directory, zip64: boolean, comment: string): Buffer {
  const record = Buffer.alloc(22)
  record.writeUInt32LE(0x06054b50, 0)
  for (const field of [8, 10]) record.writeUInt16LE(zip64 ? 0xffff : entries, field)
  record.writeUInt32LE(bytes, 12)
  record.writeUInt32LE(zip64 ? 0xffffffff : offset, 16)
  record.writeUInt16LE(comment.length, 20)
  return Buffer.concat([record, Buffer.from(comment)])
}
