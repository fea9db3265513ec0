/** Finds the data of a zip file's entries: stored as they are, none overlapping. */

import { malformed, quoted } from './problems.js'
import type { Source } from './source.js'
import type { ZipDirectory, ZipEntry } from './zip-directory.js'

/** An entry's data: a range of the file. */
export interface ZipData {
  readonly offset: number
  readonly bytes: number
}

const local = { signature: 0x04034b50, bytes: 30 } as const
const storedMethod = 0

/** By name, in the order of the file. Throws unless all are stored, and none overlaps another or the directory. */
export async function locateZipData(
  source: Source,
  { entries, offset: end }: ZipDirectory,
): Promise<ReadonlyMap<string, ZipData>> {
  const inFile = [...entries].sort((one, other) => one.header - other.header)
  const found = new Map<string, ZipData>()
  for (const [index, entry] of inFile.entries()) {
    if (!entry.isStored) {
      throw malformed(
        `its zip entry ${quoted(entry.name)} is compressed, expected one that is stored`,
        'Save it again with torch.save: it compresses nothing',
      )
    }
    if (found.has(entry.name)) throw malformed(`its zip entry ${quoted(entry.name)} stands twice`)
    const offset = await dataOffset(source, entry)
    const next = inFile[index + 1]?.header ?? end
    if (offset + entry.bytes > next) throw malformed(`its zip entry ${quoted(entry.name)} overlaps what follows it`)
    found.set(entry.name, { offset, bytes: entry.bytes })
  }
  return found
}

/** Where an entry's data begins. Throws where its own header disagrees with the directory. */
async function dataOffset(source: Source, { name, nameBytes, header }: ZipEntry): Promise<number> {
  const record = await source.read(header, local.bytes + nameBytes, `its zip entry ${quoted(name)}`)
  const agrees =
    record.readUInt32LE(0) === local.signature &&
    record.readUInt16LE(8) === storedMethod &&
    record.readUInt16LE(26) === nameBytes &&
    record.toString('utf8', local.bytes) === name
  if (!agrees) throw malformed(`its zip entry ${quoted(name)} is not what the directory says`)
  return header + local.bytes + nameBytes + record.readUInt16LE(28)
}
