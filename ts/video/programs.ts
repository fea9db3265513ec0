/** Where `ffmpeg` and `ffprobe` are, and whether they are recent enough. */

import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'
import { promisify } from 'node:util'
import { PdfnetError } from '../errors.js'

export interface Programs {
  /** Absolute paths. */
  readonly ffmpeg: string
  readonly ffprobe: string
  readonly version: string
}

/** The oldest with the options that are used here. */
const oldest = [5, 1] as const
const remedy = 'Install FFmpeg 5.1 or later (Debian, Ubuntu: apt install ffmpeg), or name its folder (--ffmpeg)'

const run = promisify(execFile)

/**
 * @param folder absolute, that holds both; undefined: the first absolute folder of PATH that does
 * @throws ERR_FFMPEG_MISSING
 */
export async function findPrograms(folder?: string): Promise<Programs> {
  const folders = folder === undefined ? (process.env.PATH ?? '').split(delimiter).filter(isAbsolute) : [folder]
  for (const one of folders) {
    const [ffmpeg, ffprobe] = [join(one, 'ffmpeg'), join(one, 'ffprobe')]
    if ((await isProgram(ffmpeg)) && (await isProgram(ffprobe))) {
      return { ffmpeg, ffprobe, version: await versionOf(ffmpeg) }
    }
  }
  const where = folder === undefined ? 'on PATH' : `in ${folder}`
  throw new PdfnetError('ERR_FFMPEG_MISSING', `ffmpeg and ffprobe were not found ${where}`, { remedy })
}

/** The encoders that this build has. Rejects with ERR_FFMPEG_FAILED. */
export async function listEncoders({ ffmpeg }: Programs): Promise<ReadonlySet<string>> {
  const text = await output(ffmpeg, ['-hide_banner', '-encoders'])
  return new Set([...text.matchAll(/^ [VAS][A-Z.]{5} (\S+)/gm)].map(([, name]) => name!))
}

async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}

async function versionOf(ffmpeg: string): Promise<string> {
  const text = await output(ffmpeg, ['-version'])
  const version = /^ffmpeg version (\S+)/.exec(text)?.[1] ?? 'unknown'
  const [, major, minor] = /^n?(\d+)\.(\d+)/.exec(version) ?? []
  // Builds from its repository have no such number, and are taken for new ones.
  const isOld = major !== undefined && Number(major) * 100 + Number(minor) < oldest[0] * 100 + oldest[1]
  if (!isOld) return version
  throw new PdfnetError(
    'ERR_FFMPEG_MISSING',
    `${ffmpeg} is of version ${version}; expected ${oldest.join('.')} or later`,
    {
      remedy,
    },
  )
}

async function output(program: string, args: readonly string[]): Promise<string> {
  try {
    return (await run(program, args, { timeout: 20_000, maxBuffer: 2 ** 22 })).stdout
  } catch (cause) {
    throw new PdfnetError('ERR_FFMPEG_FAILED', `${program} ${args.join(' ')} failed`, { cause })
  }
}
