/** Clips that ffmpeg makes, what ffprobe says of files, and a matting of which the matte is a frame's red. */

import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ExecutionContext } from 'ava'
import type { Matting } from '#dist/index.js'
import { framesOf } from '#dist/matting/frames.js'
import { Schedule } from '#dist/matting/schedule.js'
import { findPrograms } from '#dist/video/programs.js'
import { RedChain } from '../matting/red-chain.js'

const run = promisify(execFile)

/** A folder that is gone after the test; undefined, after saying why, where there is no ffmpeg. */
export async function clipFolder(t: ExecutionContext): Promise<string | undefined> {
  try {
    await findPrograms()
  } catch (error) {
    t.log(`passed over: ${(error as Error).message}`)
    t.pass()
    return undefined
  }
  const folder = await mkdtemp(join(tmpdir(), 'pdfnet-video-'))
  t.teardown(() => rm(folder, { recursive: true }))
  return folder
}

export function redMatting(chain = new RedChain()): Pick<Matting, 'frames'> {
  const schedule = new Schedule(chain, { concurrency: 1, capacity: 100 })
  return { frames: (source, options) => framesOf(source, schedule, options) }
}

export async function ffmpeg(...args: readonly string[]): Promise<void> {
  await run('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args])
}

/** The samples of all frames, in that format. */
export async function samples(path: string, pixels: string, ...before: readonly string[]): Promise<Buffer> {
  const args = ['-v', 'error', ...before, '-i', path, '-map', '0:v', '-pix_fmt', pixels]
  const output = ['-fps_mode', 'passthrough', '-f', 'rawvideo', '-']
  const { stdout } = await run('ffmpeg', [...args, ...output], { encoding: 'buffer', maxBuffer: 2 ** 28 })
  return stdout
}

export interface Probed {
  readonly streams: readonly Readonly<Record<string, unknown>>[]
}

export async function probe(path: string): Promise<Readonly<Record<string, unknown>>> {
  const { stdout } = await run('ffprobe', ['-v', 'error', '-select_streams', 'v', '-show_streams', '-of', 'json', path])
  return (JSON.parse(stdout) as Probed).streams[0]!
}

/** Seconds of each frame, as they are shown. */
export async function times(path: string): Promise<number[]> {
  const entries = ['-select_streams', 'v', '-show_entries', 'frame=best_effort_timestamp_time', '-of', 'csv=p=0']
  const { stdout } = await run('ffprobe', ['-v', 'error', ...entries, path])
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [Number.parseFloat(line)]))
}

/** A checksum of its sound's packets. */
export async function soundOf(path: string): Promise<string> {
  const { stdout } = await run('ffmpeg', ['-v', 'error', '-i', path, '-map', '0:a', '-c', 'copy', '-f', 'hash', '-'])
  return stdout
}

export function meanDifference(one: Uint8Array, other: Uint8Array): number {
  return one.reduce((sum, value, index) => sum + Math.abs(value - other[index]!), 0) / one.length
}
