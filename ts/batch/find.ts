/** Finds pictures: files that are named, and all that look like pictures in folders. */

import { readdir, stat } from 'node:fs/promises'
import { basename, join, relative, resolve, sep } from 'node:path'
import { PdfnetError } from '../errors.js'

/** Stands for standard input among the inputs, and for standard output as the output. */
export const standardStream = '-'

export interface Found {
  /** Absolute, or `-`. */
  readonly path: string
  /** Path below the folder that was named, which the output folder repeats. */
  readonly below: string
  /** Whether the file itself was named, rather than a folder that holds it. */
  readonly named: boolean
}

/** Extensions that are looked at in a folder; a file that is named is taken whatever it is called. */
const pictureNames = /\.(jpe?g|png|webp|tiff?|gif|avif|hei[cf])$/i

/**
 * Pictures of a file or folder. Rejects with ERR_INPUT_MISSING.
 * @param output folder of the results: what is below it is no input, unless it is the input folder itself
 * @param isOneOfSeveral whether there are other inputs: then each folder keeps its own name
 */
export async function find(input: string, output: string | undefined, isOneOfSeveral: boolean): Promise<Found[]> {
  if (input === standardStream) return [{ path: input, below: input, named: true }]
  const path = resolve(input)
  if (!(await isInputFolder(input))) return [{ path, below: basename(path), named: true }]
  const results = output === undefined ? path : resolve(output)
  const top = isOneOfSeveral ? basename(path) : ''
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && pictureNames.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !isHidden(relative(path, file)) && (results === path || !file.startsWith(results + sep)))
    .sort()
    .map((file) => ({ path: file, below: join(top, relative(path, file)), named: false }))
}

/** Rejects with ERR_INPUT_MISSING where nothing is there. */
export async function isInputFolder(input: string): Promise<boolean> {
  if (input === standardStream) return false
  const info = await stat(input).catch((cause: unknown) => {
    throw new PdfnetError('ERR_INPUT_MISSING', `there is no file or folder ${input}`, { cause })
  })
  return info.isDirectory()
}

function isHidden(path: string): boolean {
  return path.split(sep).some((part) => part.startsWith('.'))
}
