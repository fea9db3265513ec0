/** Finds the directory of a zip file: the records at its end, those of zip64 included. */

import { limits } from './limits.js'
import { malformed, refused } from './problems.js'
import type { Source } from './source.js'

export interface DirectoryPlace {
  readonly count: number
  readonly offset: number
  readonly bytes: number
}

/** By the names and sizes of the published format. */
const end = { signature: 0x06054b50, bytes: 22, commentBytes: 0xffff } as const
const locator = { signature: 0x07064b50, bytes: 20 } as const
const end64 = { signature: 0x06064b50, bytes: 56 } as const

/** Where the directory lies, checked against the file. */
export async function findDirectory(source: Source): Promise<DirectoryPlace> {
  const tailBytes = Math.min(source.size, end.bytes + end.commentBytes)
  const tailOffset = source.size - tailBytes
  const tail = await source.read(tailOffset, tailBytes, 'its end')
  const at = findEnd(tail)
  if (at === undefined) throw malformed('it is truncated, or no zip file: it has no directory at its end')
  const record = tail.subarray(at)
  if (record.readUInt32LE(4) !== 0 || record.readUInt16LE(8) !== record.readUInt16LE(10)) {
    throw malformed('it is one of several parts of a zip file')
  }
  const directory = (await readEnd64(source, tailOffset + at)) ?? {
    count: record.readUInt16LE(10),
    bytes: record.readUInt32LE(12),
    offset: record.readUInt32LE(16),
  }
  if (directory.offset + directory.bytes > tailOffset + at) throw malformed('its zip directory lies outside the file')
  if (directory.count > limits.entries || directory.bytes > limits.zipDirectoryBytes) {
    throw refused(`its zip directory has ${directory.count} entries, expected ${limits.entries} at most`)
  }
  return directory
}

function findEnd(tail: Buffer): number | undefined {
  for (let at = tail.length - end.bytes; at >= 0; at--) {
    const isEnd = tail.readUInt32LE(at) === end.signature
    if (isEnd && at + end.bytes + tail.readUInt16LE(at + 20) === tail.length) return at
  }
  return undefined
}

/** What zip64's own record says; it wins over the smaller one that follows it. */
async function readEnd64(source: Source, endOffset: number): Promise<DirectoryPlace | undefined> {
  const locatorOffset = endOffset - locator.bytes
  if (locatorOffset < 0) return undefined
  const found = await source.read(locatorOffset, locator.bytes, 'its end')
  if (found.readUInt32LE(0) !== locator.signature) return undefined
  const offset = Number(found.readBigUInt64LE(8))
  if (offset + end64.bytes > locatorOffset) throw malformed('its zip64 record lies outside the file')
  const record = await source.read(offset, end64.bytes, 'its zip64 record')
  if (record.readUInt32LE(0) !== end64.signature || record.readUInt32LE(16) !== 0) {
    throw malformed('its zip64 record is damaged')
  }
  const directory = {
    count: Number(record.readBigUInt64LE(32)),
    bytes: Number(record.readBigUInt64LE(40)),
    offset: Number(record.readBigUInt64LE(48)),
  }
  if (directory.offset + directory.bytes > offset) throw malformed('its zip directory lies outside the file')
  return directory
}
