/** The manifest of a video in segments: what the video is made of and how, and a line for each segment that is whole. */

import { createHash } from 'node:crypto'
import { appendFile, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BandSums } from './flicker.js'
import type { VideoOptions } from './options.js'

export const manifestName = 'manifest.jsonl'

const format = 'pdfnet-trt segments, version 1'

/** Options that leave the frames as they are. */
const indecisive: readonly (keyof VideoOptions)[] = ['ffmpeg', 'limits', 'onProgress', 'signal', 'resume', 'preview']

/** A week of segments takes a tenth of it. */
const mostBytes = 2 ** 28

/** Segments that were made of the same fit together. */
export interface Making {
  /** Path, size and time of the last change. */
  readonly input: string
  readonly model: string
  /** Hash of those that decide what the frames look like. */
  readonly options: string
}

export interface Segment {
  readonly frames: number
  readonly bytes: number
  /** Timestamp of its first frame, in ticks of the video. */
  readonly first: number
  /** From the video's beginning to the segment's end. */
  readonly band: BandSums
}

export interface Manifest {
  readonly making: Making
  readonly segments: readonly Segment[]
}

/** @param model stands for its graphs, weights and device; empty where that is not known */
export async function makingOf(input: string, model: string, encoder: string, options: VideoOptions): Promise<Making> {
  const background = options.background === undefined ? '' : await stateOf(options.background).catch(() => '')
  const decisive = (Object.entries(options) as [keyof VideoOptions, unknown][])
    .filter(([name, value]) => value !== undefined && !indecisive.includes(name))
    .sort(([one], [other]) => (one < other ? -1 : 1))
  const text = JSON.stringify([encoder, background, decisive])
  return { input: await stateOf(input), model, options: createHash('sha256').update(text).digest('hex') }
}

/** What of it is not the same, for a person to read; undefined where all is. */
export function changeOf(before: Making, now: Making): string | undefined {
  if (before.input !== now.input) return 'the input has changed'
  if (before.model !== now.model) return 'the model has changed'
  return before.options === now.options ? undefined : 'the options have changed'
}

/** Undefined where there is none that makes sense. What stands after a torn line counts as not there. */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  const path = join(folder, manifestName)
  const lines = await stat(path)
    .then(({ size }) => (size <= mostBytes ? readFile(path, 'utf8') : ''))
    .then((text) => text.split('\n').map(parse))
    .catch(() => [])
  const head = lines[0] as Partial<Record<keyof Making | 'format', unknown>> | undefined
  if (head?.format !== format) return undefined
  const { input, model, options } = head
  if (![input, model, options].every((part) => typeof part === 'string')) return undefined
  const end = lines.findIndex((line, index) => index > 0 && !isSegment(line))
  const segments = lines.slice(1, end < 0 ? undefined : end) as readonly Segment[]
  return { making: { input, model, options } as Making, segments }
}

/** In one step: whenever the process is killed, the one before is there, or this one. */
export async function beginManifest(folder: string, { making, segments }: Manifest): Promise<void> {
  const lines = [{ format, ...making }, ...segments].map((line) => `${JSON.stringify(line)}\n`)
  const path = join(folder, manifestName)
  await writeFile(`${path}.partial`, lines.join(''))
  await rename(`${path}.partial`, path)
}

export async function addToManifest(folder: string, segment: Segment): Promise<void> {
  await appendFile(join(folder, manifestName), `${JSON.stringify(segment)}\n`)
}

async function stateOf(path: string): Promise<string> {
  const { size, mtimeNs } = await stat(path, { bigint: true })
  return `${path} ${size} ${mtimeNs}`
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function isSegment(line: unknown): line is Segment {
  if (typeof line !== 'object' || line === null) return false
  const { frames, bytes, first, band } = line as Partial<Record<keyof Segment, unknown>>
  if (typeof band !== 'object' || band === null) return false
  const { cuts, pixels, raw, result } = band as Partial<Record<keyof BandSums, unknown>>
  return [frames, bytes, first, cuts, pixels, raw, result].every((value) => Number.isFinite(value))
}
