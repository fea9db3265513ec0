/** Takes files out of a wheel of the Python package index, by way of the user's own pip, without running any of its code. */

import { lstat, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PdfnetError, badArgument, throwIfAborted } from '../errors.js'
import type { Work } from '../progress.js'
import { writeError } from './disk.js'
import { runFetcher } from './fetcher.js'
import { hashFiles } from './hash.js'
import { unzip } from './unzip.js'

/** A wheel pinned to one content. */
export interface PipWheel {
  readonly name: string
  /** Exact. */
  readonly version: string
  /** Of the wheel: 64 hexadecimal digits. */
  readonly sha256: string
  /** Size of the wheel. */
  readonly bytes: number
}

export interface PipFetch extends PipWheel {
  /** Which of its files are wanted, by their paths in the wheel. */
  readonly pick: (path: string) => boolean
  /** A folder of the store, where the picked files are put under the paths that they have in the wheel. */
  readonly folder: string
}

const namePattern = /^[a-z0-9]+(-[a-z0-9]+)*$/
const versionPattern = /^\d+(\.\d+)*(\.?(a|b|rc|post)\d+)?$/
const hashPattern = /^[0-9a-f]{64}$/

/** By their numbers, which is how Python tells them. */
const diskCodes: Readonly<Record<string, string>> = { 27: 'EFBIG', 28: 'ENOSPC', 30: 'EROFS', 122: 'EDQUOT' }

const installPython =
  'Install Python 3 and its pip (Debian, Ubuntu: sudo apt-get install python3-pip), then run it again'

/**
 * Fetches and unpacks. An abort ends pip, and all that it started, at once.
 * @throws ERR_FETCH where python3 or pip is missing or fails, ERR_HASH where the wheel is another one, ERR_STORE_WRITE
 */
export async function fetchPipWheel(wanted: PipFetch, work: Work = {}): Promise<void> {
  const { name, version, sha256, pick, folder } = wanted
  if (!namePattern.test(name)) throw badArgument('name', 'the name of a Python package', name)
  if (!versionPattern.test(version)) throw badArgument('version', 'an exact version', version)
  if (!hashPattern.test(sha256)) throw badArgument('sha256', '64 hexadecimal digits', sha256)
  throwIfAborted(work.signal)

  const place = join(folder, '.pip')
  const temporary = join(place, 'temporary')
  const wheels = join(place, 'wheels')
  await mkdir(temporary, { recursive: true, mode: 0o700 })
  await mkdir(wheels, { mode: 0o700 })
  try {
    await pipDownload(wanted, place, temporary, wheels, work)
    const wheel = await checkedWheel(wheels, wanted, work)
    await unzip(wheel, { name: `${name}==${version}`, pick, folder }, work)
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}

/**
 * @param place has the list of what is wanted
 * @param temporary the working folder, and where pip keeps what is half fetched
 */
async function pipDownload(
  { name, version, sha256, bytes }: PipWheel,
  place: string,
  temporary: string,
  wheels: string,
  work: Work,
): Promise<void> {
  const spec = `${name}==${version}`
  const list = join(place, 'requirements.txt')
  await writeFile(list, `${spec} --hash=sha256:${sha256}\n`, { flag: 'wx', mode: 0o600 })
  // -I: neither the working folder nor PYTHONPATH can put code of theirs in pip's place.
  const pip = ['-I', '-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--require-hashes', '-r', list]
  const options = ['--no-input', '--no-cache-dir', '--disable-pip-version-check', '--progress-bar=off', '--retries=2']
  const env = { ...process.env, TMPDIR: temporary, PIP_REQUIRE_VIRTUALENV: '0' }
  const args = [...pip, ...options, '-d', wheels]
  const fetcher = { program: 'python3', args, cwd: temporary, env, spec, bytes, remedy: installPython }
  const { status, says } = await runFetcher(fetcher, work)
  if (status !== 0) throw await pipFailed(spec, status, says, wheels)
}

async function pipFailed(spec: string, status: number | string, pip: string, folder: string): Promise<PdfnetError> {
  const details = { package: spec, pip }
  const message = `${spec} could not be fetched: pip ended with ${status}`
  if (/No module named '?pip/.test(pip)) {
    return new PdfnetError('ERR_FETCH', `${spec} could not be fetched: python3 has no pip`, {
      details,
      remedy: installPython,
    })
  }
  if (/DO NOT MATCH THE HASHES|HashMismatch|hash-mismatch/i.test(pip)) return otherWheel(spec, details)
  const disk = diskCodes[/\[Errno (\d+)\]/.exec(pip)?.[1] ?? '']
  if (disk !== undefined) return writeError(disk, `the package ${spec}`, folder, new Error(pip))
  // Where it reaches no index, it says the same at the end.
  if (/No matching distribution/.test(pip) && !/Retrying|connection/i.test(pip)) {
    return new PdfnetError('ERR_FETCH', `${message}: it found no such wheel for this machine`, {
      details,
      remedy:
        'Check the network and the index that pip is set to use; a pip older than 20.3 is too old (pip --version)',
    })
  }
  return new PdfnetError('ERR_FETCH', message, {
    details,
    remedy: 'Check the network and the index that pip is set to use, then run it again',
  })
}

/** The wheel, whole: what pip checked, or did not, is not relied on. */
async function checkedWheel(folder: string, { name, version, sha256, bytes }: PipWheel, work: Work): Promise<string> {
  const spec = `${name}==${version}`
  const [file, ...more] = await readdir(folder)
  if (file === undefined || more.length > 0) {
    throw new PdfnetError(
      'ERR_FETCH',
      `${spec} could not be fetched: pip left ${more.length ? 'several files' : 'no file'}`,
    )
  }
  const wheel = join(folder, file)
  const stats = await lstat(wheel)
  // The size first: it is all that is needed to refuse a wrong one of any length.
  if (!stats.isFile() || stats.size !== bytes) throw otherWheel(spec, { sha256, bytes, gotBytes: stats.size })
  const [digest] = await hashFiles([wheel], { stage: 'hash', name: spec }, work)
  if (digest!.hex !== sha256) throw otherWheel(spec, { sha256, got: digest!.hex })
  return wheel
}

function otherWheel(spec: string, details: Readonly<Record<string, unknown>>): PdfnetError {
  return new PdfnetError('ERR_HASH', `the wheel of ${spec} is not the one that was expected`, {
    details: { package: spec, ...details },
  })
}
