/** Makes zip files for tests: wheels as they should be, and what no honest maker would write. */

import { deflateRawSync } from 'node:zlib'

export interface ZipFileEntry {
  readonly path: string
  readonly data?: string | Buffer
  /** Of Unix, with the type of the file. @default a regular file */
  readonly mode?: number
  readonly isStored?: boolean
  readonly flags?: number
  readonly method?: number
  /** What the directory says in place of the truth. */
  readonly bytes?: number
  readonly compressedBytes?: number
  readonly offset?: number
  /** What the entry's own header says in place of the truth. */
  readonly localPath?: string
}

export function zipFile(entries: readonly ZipFileEntry[], comment = ''): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const entry of entries) {
    const { path, data = '', mode = 0o100644, isStored = false, flags = 0, localPath = path } = entry
    const contents = Buffer.from(data)
    const packed = isStored ? contents : deflateRawSync(contents)
    const method = entry.method ?? (isStored ? 0 : 8)
    const sizes = { packed: entry.compressedBytes ?? packed.length, bytes: entry.bytes ?? contents.length }
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(method, 8)
    local.writeUInt16LE(Buffer.byteLength(localPath), 26)
    const central = Buffer.alloc(46)
    central.writeUInt32LE(0x02014b50, 0)
    central.writeUInt16LE(flags, 8)
    central.writeUInt16LE(method, 10)
    central.writeUInt32LE(sizes.packed, 20)
    central.writeUInt32LE(sizes.bytes, 24)
    central.writeUInt16LE(Buffer.byteLength(path), 28)
    central.writeUInt32LE((mode << 16) >>> 0, 38)
    central.writeUInt32LE(entry.offset ?? at, 42)
    const whole = Buffer.concat([local, Buffer.from(localPath), packed])
    parts.push(whole)
    directory.push(central, Buffer.from(path))
    at += whole.length
  }
  const listed = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(listed.length, 12)
  end.writeUInt32LE(at, 16)
  end.writeUInt16LE(Buffer.byteLength(comment), 20)
  return Buffer.concat([...parts, listed, end, Buffer.from(comment)])
}
