/** Reads what is in a zip file, strictly: whatever an honest maker of wheels would not write is refused. */

import type { FileHandle } from 'node:fs/promises'

export interface ZipEntry {
  /** Relative, with forward slashes, and inside. */
  readonly path: string
  /** Whether its data is deflated; otherwise it is stored as it is. */
  readonly isDeflated: boolean
  /** False for folders, links and devices. */
  readonly isFile: boolean
  readonly compressedBytes: number
  readonly bytes: number
  /** Of its own header in the file. */
  readonly offset: number
}

const limits = { entries: 20_000, directoryBytes: 16 << 20, commentBytes: 0xffff } as const
/** The three records, by the names and sizes of the published format. */
const end = { signature: 0x06054b50, bytes: 22 } as const
const central = { signature: 0x02014b50, bytes: 46 } as const
const local = { signature: 0x04034b50, bytes: 30 } as const

const fileType = { mask: 0o170000, regular: 0o100000 } as const
const encryptedFlag = 1

/** Every entry, in the order of the file. Rejects with an Error that says why the file is refused. */
export async function readZip(file: FileHandle): Promise<readonly ZipEntry[]> {
  const { size } = await file.stat()
  const { entries, offset, bytes } = await readEnd(file, size)
  const directory = await readExactly(file, offset, bytes)
  const read: ZipEntry[] = []
  let at = 0
  for (let index = 0; index < entries; index++) {
    if (at + central.bytes > bytes || directory.readUInt32LE(at) !== central.signature)
      throw new Error('its directory is damaged')
    const nameBytes = directory.readUInt16LE(at + 28)
    const next = at + central.bytes + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32)
    if (next > bytes) throw new Error('its directory is damaged')
    read.push(readEntry(directory.subarray(at, at + central.bytes + nameBytes)))
    at = next
  }
  if (at !== bytes) throw new Error('its directory is damaged')
  const sorted = read.sort((one, other) => one.offset - other.offset)
  checkApart(sorted, offset)
  return sorted
}

/** Where the data of an entry begins. Rejects where its own header says something else than the directory. */
export async function dataOffset(file: FileHandle, { path, offset, isDeflated }: ZipEntry): Promise<number> {
  const header = await readExactly(file, offset, local.bytes)
  const nameBytes = header.readUInt16LE(26)
  const method = header.readUInt16LE(8)
  const name = await readExactly(file, offset + local.bytes, nameBytes)
  const agrees = header.readUInt32LE(0) === local.signature && name.toString() === path && (method === 8) === isDeflated
  if (!agrees) throw new Error(`its entry ${JSON.stringify(path)} is not what its directory says`)
  return offset + local.bytes + nameBytes + header.readUInt16LE(28)
}

async function readEnd(file: FileHandle, size: number): Promise<{ entries: number; offset: number; bytes: number }> {
  const tailBytes = Math.min(size, end.bytes + limits.commentBytes)
  const tail = await readExactly(file, size - tailBytes, tailBytes)
  for (let at = tailBytes - end.bytes; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== end.signature || at + end.bytes + tail.readUInt16LE(at + 20) !== tailBytes) continue
    const entries = tail.readUInt16LE(at + 10)
    const bytes = tail.readUInt32LE(at + 12)
    const offset = tail.readUInt32LE(at + 16)
    if (tail.readUInt32LE(at + 4) !== 0 || tail.readUInt16LE(at + 8) !== entries)
      throw new Error('it is one of several')
    // The larger format has its own end before this one, and other numbers here.
    if (offset + bytes !== size - tailBytes + at) throw new Error('its directory is not where it should be')
    if (entries > limits.entries || bytes > limits.directoryBytes)
      throw new Error(`it holds more than ${limits.entries} entries`)
    return { entries, offset, bytes }
  }
  throw new Error('it is not a whole zip file')
}

function readEntry(record: Buffer): ZipEntry {
  const path = record.toString('utf8', central.bytes)
  const name = JSON.stringify(path)
  const method = record.readUInt16LE(10)
  if (path === '' || path.startsWith('/') || /[\0\\]/.test(path) || path.split('/').includes('..'))
    throw new Error(`its entry ${name} lies outside`)
  if ((record.readUInt16LE(8) & encryptedFlag) !== 0) throw new Error(`its entry ${name} is encrypted`)
  if (method !== 0 && method !== 8) throw new Error(`its entry ${name} is packed in an unknown way`)
  const type = (record.readUInt32LE(38) >>> 16) & fileType.mask
  return {
    path,
    isDeflated: method === 8,
    isFile: !path.endsWith('/') && (type === 0 || type === fileType.regular),
    compressedBytes: record.readUInt32LE(20),
    bytes: record.readUInt32LE(24),
    offset: record.readUInt32LE(42),
  }
}

/** No name twice, and no bytes in two entries: that is how small files unpack to huge ones. */
function checkApart(sorted: readonly ZipEntry[], directory: number): void {
  if (new Set(sorted.map(({ path }) => path)).size !== sorted.length) throw new Error('it holds a name twice')
  sorted.forEach(({ path, offset, compressedBytes }, index) => {
    const next = sorted[index + 1]?.offset ?? directory
    if (offset + local.bytes + Buffer.byteLength(path) + compressedBytes > next)
      throw new Error(`its entry ${JSON.stringify(path)} overlaps another`)
  })
}

async function readExactly(file: FileHandle, position: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes)
  const { bytesRead } = await file.read(buffer, 0, bytes, position)
  if (bytesRead !== bytes) throw new Error('it is not a whole zip file')
  return buffer
}
