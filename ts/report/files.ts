/** Writes a report's files, each whole or not at all. */

import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { PdfnetError } from '../errors.js'

/**
 * Absolute paths, by the same keys. Makes the folder; rejects with ERR_OUTPUT_WRITE.
 * @param files contents by name of the file
 */
export async function writeFiles<Name extends string>(
  folder: string,
  files: Readonly<Record<Name, string>>,
): Promise<Record<Name, string>> {
  const paths: [string, string][] = []
  try {
    await mkdir(folder, { recursive: true })
    for (const [name, text] of Object.entries<string>(files)) {
      const path = join(resolve(folder), name)
      await writeWhole(path, text)
      paths.push([name, path])
    }
  } catch (cause) {
    const message = `the report could not be written into ${folder}: ${(cause as Error).message}`
    throw new PdfnetError('ERR_OUTPUT_WRITE', message, { cause })
  }
  return Object.fromEntries(paths) as Record<Name, string>
}

async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    await writeFile(temporary, text)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}
