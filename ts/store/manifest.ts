/** An entry's `entry.json`: its files with their sizes and hashes, and the facts that its maker gave. */

import { lstat, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PdfnetError } from '../errors.js'

export const manifestName = 'entry.json'
const manifestLimit = 1 << 20

export const kinds = ['weights', 'libraries', 'engines', 'models', 'selftests'] as const
export type Kind = (typeof kinds)[number]

export interface FileRecord {
  readonly bytes: number
  /** 64 hexadecimal digits. */
  readonly sha256: string
}

/** What the maker says of an entry: source, licence, version. */
export type Facts = Readonly<Record<string, string | number | boolean>>

export interface Manifest {
  readonly format: 1
  readonly kind: Kind
  readonly key: string
  readonly files: Readonly<Record<string, FileRecord>>
  readonly facts: Facts
}

const namePattern = /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}$/

/** A key or a file's name: letters, digits and `._@+-`, so that it is one plain name in a folder. */
export function isPlainName(name: unknown): name is string {
  return typeof name === 'string' && namePattern.test(name)
}

export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const handle = await open(join(folder, manifestName), 'wx', 0o600)
  try {
    await handle.writeFile(`${JSON.stringify(manifest, null, 2)}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Reads the manifest in `folder` and checks that it is one of `kind` and `key`. Throws ERR_STORE_CORRUPT. */
export async function readManifest(folder: string, kind: Kind, key: string): Promise<Manifest> {
  const file = join(folder, manifestName)
  let value: unknown
  try {
    const stats = await lstat(file)
    if (!stats.isFile() || stats.size > manifestLimit) throw new Error(`${manifestName} is not a small file`)
    value = JSON.parse(await readFile(file, 'utf8'))
  } catch (cause) {
    throw corrupt(kind, key, `${manifestName} cannot be read`, { cause })
  }
  if (!isManifest(value) || value.kind !== kind || value.key !== key) {
    throw corrupt(kind, key, `${manifestName} is not the manifest of this entry`)
  }
  return value
}

export function corrupt(
  kind: Kind,
  key: string,
  what: string,
  { cause, ...details }: Readonly<Record<string, unknown>> = {},
): PdfnetError {
  return new PdfnetError('ERR_STORE_CORRUPT', `the store's entry ${kind}/${key} is damaged: ${what}`, {
    cause,
    details: { kind, key, ...details },
  })
}

function isManifest(value: unknown): value is Manifest {
  return (
    isRecord(value) &&
    value.format === 1 &&
    isRecord(value.facts) &&
    Object.values(value.facts).every((fact) => ['string', 'number', 'boolean'].includes(typeof fact)) &&
    isRecord(value.files) &&
    Object.entries(value.files).every(([name, record]) => isPlainName(name) && isFileRecord(record))
  )
}

function isFileRecord(value: unknown): value is FileRecord {
  return (
    isRecord(value) &&
    Number.isSafeInteger(value.bytes) &&
    (value.bytes as number) >= 0 &&
    typeof value.sha256 === 'string' &&
    /^[0-9a-f]{64}$/.test(value.sha256)
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
