/** Finds what belongs together in folders: truths, predictions, pictures and depths of one name. */

import { readdir } from 'node:fs/promises'
import { extname, join, relative, resolve } from 'node:path'
import { badArgument, PdfnetError } from '../errors.js'

/** Each a folder; files below it are matched by their path without its extension. */
export interface PairFolders {
  readonly truths: string
  readonly predictions?: string | undefined
  /** The pictures themselves: what a model is given, and what a report shows. */
  readonly pictures?: string | undefined
  readonly depths?: string | undefined
}

/** Absolute paths of one name. */
export interface Pair {
  readonly name: string
  readonly truth: string
  readonly prediction?: string
  readonly picture?: string
  readonly depth?: string
}

/** What could not be measured, by name. */
export interface Problem {
  readonly name: string
  readonly error: PdfnetError
}

export interface FoundPairs {
  readonly pairs: readonly Pair[]
  readonly problems: readonly Problem[]
}

const mapNames = /\.(jpe?g|png|webp|tiff?|gif|avif)$/i
const kinds = { predictions: 'prediction', pictures: 'picture', depths: 'depth' } as const

type Files = ReadonlyMap<string, string>

/**
 * Pairs, sorted by name. What has no partner, or two of them, is a problem; a picture without a truth is none, as
 * folders of pictures may hold more. Rejects with ERR_ARGUMENT, or ERR_INPUT_MISSING or ERR_INPUT_EMPTY for a folder.
 */
export async function findPairs(folders: PairFolders): Promise<FoundPairs> {
  checkFolders(folders)
  const problems: Problem[] = []
  const truths = await listFolder(folders.truths, problems)
  const partners = new Map<(typeof kinds)[keyof typeof kinds], Files>()
  for (const [key, kind] of Object.entries(kinds)) {
    const folder = folders[key as keyof typeof kinds]
    if (folder !== undefined) partners.set(kind, await listFolder(folder, problems))
  }
  for (const name of partners.get('prediction')?.keys() ?? []) {
    if (!truths.has(name)) problems.push(lacks(name, 'truth', folders.truths))
  }
  const pairs: Pair[] = []
  for (const [name, truth] of truths) {
    const found = [...partners].map(([kind, files]) => [kind, files.get(name)] as const)
    const missing = found.filter(([, path]) => path === undefined)
    for (const [kind] of missing) problems.push(lacks(name, kind, folders[`${kind}s`] ?? ''))
    if (missing.length === 0) pairs.push({ name, truth, ...(Object.fromEntries(found) as Partial<Pair>) })
  }
  const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1)
  return { pairs: pairs.sort(byName), problems: problems.sort(byName) }
}

function checkFolders({ truths, ...others }: PairFolders): void {
  for (const [name, folder] of Object.entries({ truths, ...others })) {
    const isLeftOut = folder === undefined && name !== 'truths'
    if (!isLeftOut && (typeof folder !== 'string' || folder === '')) throw badArgument(name, 'a folder', folder)
  }
}

function lacks(name: string, kind: string, folder: string): Problem {
  return { name, error: new PdfnetError('ERR_PAIR_MISSING', `${name} has no ${kind} in ${folder}`) }
}

async function listFolder(folder: string, problems: Problem[]): Promise<Map<string, string>> {
  const top = resolve(folder)
  const entries = await readdir(top, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw new PdfnetError('ERR_INPUT_MISSING', `there is no folder ${folder}`, { cause })
  })
  const files = new Map<string, string>()
  for (const entry of entries) {
    if (!entry.isFile() || !mapNames.test(entry.name)) continue
    const path = join(entry.parentPath, entry.name)
    const name = relative(top, path).slice(0, -extname(path).length)
    const other = files.get(name)
    if (other === undefined) files.set(name, path)
    else
      problems.push({
        name,
        error: new PdfnetError('ERR_PAIR_MISSING', `${other} and ${path} have one name: the first was taken`),
      })
  }
  if (files.size === 0) throw new PdfnetError('ERR_INPUT_EMPTY', `there are no pictures in the folder ${folder}`)
  return files
}
