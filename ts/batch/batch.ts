/** Runs a planned batch: a few pictures in flight, each reported as it ends, a bad one never stopping the rest. */

import { mkdir } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import type { Sharp } from 'sharp'
import { asPdfnetError, badArgument, PdfnetError, throwIfAborted } from '../errors.js'
import { writePicture, type OutputFormat, type PictureInput } from '../image/index.js'
import type { Matte, MatteOptions, MatteTimings, Matting, MattingOptions } from '../matting/index.js'
import { standardStream } from './find.js'
import type { Job, OutputKind } from './plan.js'
import type { BatchRecord } from './record.js'
import { unordered } from './unordered.js'

export interface BatchOptions {
  /** What composites are laid over: a CSS colour or a picture. */
  readonly background?: PictureInput | undefined
  /** Whether cut-outs and composites have the foreground's own colours. @default true */
  readonly foreground?: boolean | undefined
  /** Crops each result to the subject, with a margin of this share of its longer side. @default whole pictures */
  readonly crop?: number | undefined
  /** @default what a path's extension names; PNG for standard output */
  readonly format?: OutputFormat | undefined
  /** Of encoding, from 1 to 9. @default what suits the format */
  readonly effort?: number | undefined
  /** Whether results keep EXIF, XMP and IPTC data of their pictures. @default false */
  readonly metadata?: boolean | undefined
  /** How each picture is matted. */
  readonly matte?: Pick<MatteOptions, 'detail' | 'augment' | 'depth' | 'limits'>
  /** Pictures in flight: waiting for the matting, or on their way through it to their files. See `picturesInFlight`. */
  readonly inFlight: number
  /** Passes over pictures that are done, and notes those that get done. @default each is matted */
  readonly record?: BatchRecord | undefined
  /** Whether pictures that are done are matted all the same. @default false */
  readonly again?: boolean | undefined
  /** Ends what is in flight, whose results are not written. */
  readonly signal?: AbortSignal | undefined
  /** Lets what is in flight end, and begins nothing more. */
  readonly stop?: AbortSignal | undefined
}

/** One picture's end: with its outputs, passed over as they were there, or with the error that kept it from them. */
export interface PictureReport extends Job {
  readonly width?: number
  readonly height?: number
  /** Milliseconds by stage, encoding and writing included. */
  readonly timings?: MatteTimings & { readonly encode: number }
  /** Its outputs were there, of the same content and settings. */
  readonly skipped?: true
  readonly error?: PdfnetError
}

/**
 * How many pictures in flight keep either the engines or all cores busy: those that the matting has on their way at most.
 * It bounds their memory by itself, so more of them only wait there.
 */
export function picturesInFlight({
  concurrency = 1,
  batch = 1,
}: Pick<MattingOptions, 'concurrency' | 'batch'>): number {
  return (concurrency + 2) * batch + availableParallelism()
}

/**
 * Yields each picture's report as it ends. Ends by ERR_ARGUMENT, or by ERR_ABORTED once the signal is aborted and
 * nothing is in flight.
 * @example
 * const { jobs } = await planJobs(['pictures/'], { kinds: ['cutout'], output: 'out/' })
 * for await (const { input, error } of matteAll(matting, jobs, { inFlight: picturesInFlight({}) })) …
 */
export async function* matteAll(
  matting: Pick<Matting, 'matte'>,
  jobs: Iterable<Job> | AsyncIterable<Job>,
  options: BatchOptions,
): AsyncGenerator<PictureReport, void, undefined> {
  const { signal, stop, inFlight } = options
  if (!Number.isInteger(inFlight) || inFlight < 1) throw badArgument('inFlight', 'a whole number from 1', inFlight)
  const either = AbortSignal.any([signal, stop].filter((one) => one !== undefined))
  yield* unordered(jobs, (job) => matteOne(matting, job, options), inFlight, either)
  throwIfAborted(signal)
}

/** Never rejects: the report tells. */
async function matteOne(matting: Pick<Matting, 'matte'>, job: Job, options: BatchOptions): Promise<PictureReport> {
  const record = job.input === standardStream ? undefined : options.record
  try {
    if (!options.again && (await record?.isDone(job))) return { ...job, skipped: true }
    // Matting says better what is wrong with a file that cannot be read.
    const source = await record?.look(job).catch(() => undefined)
    const { width, height, timings } = await matteAndWrite(matting, job, options)
    if (source) await record!.add(job, source)
    return { ...job, width, height, timings }
  } catch (error) {
    return { ...job, error: asPdfnetError(error) }
  }
}

async function matteAndWrite(
  matting: Pick<Matting, 'matte'>,
  job: Job,
  options: BatchOptions,
): Promise<Required<Pick<PictureReport, 'width' | 'height' | 'timings'>>> {
  const { signal, crop } = options
  const input = job.input === standardStream ? process.stdin : job.input
  const settings = {
    ...options.matte,
    signal,
    foreground: wantsColours(job) && options.foreground !== false,
    uncertainty: job.outputs.uncertainty !== undefined,
  }
  return matting.matte(input, settings, async (whole) => {
    const began = performance.now()
    const matte = crop === undefined ? whole : await whole.crop({ margin: crop })
    for (const [kind, path] of Object.entries(job.outputs)) {
      await write(matte, kind as OutputKind, path, options)
    }
    const { width, height } = matte
    return { width, height, timings: { ...matte.timings, encode: performance.now() - began } }
  })
}

/** Alphas and trimaps have no colours. */
function wantsColours({ outputs }: Job): boolean {
  return outputs.cutout !== undefined || outputs.composite !== undefined
}

async function write(matte: Matte, kind: OutputKind, path: string, options: BatchOptions): Promise<void> {
  const { signal, effort, metadata = false } = options
  const image = await imageOf(matte, kind, options)
  const described = metadata ? await matte.withMetadata(image) : image
  if (path === standardStream) {
    await writePicture(described, process.stdout, { format: options.format ?? 'png', effort, signal })
  } else {
    await makeFolder(dirname(path))
    await writePicture(described, path, { effort, signal })
  }
}

async function imageOf(matte: Matte, kind: OutputKind, { background = 'white' }: BatchOptions): Promise<Sharp> {
  switch (kind) {
    case 'alpha':
      return matte.alphaImage()
    case 'cutout':
      return matte.cutout()
    case 'composite':
      return matte.composite(background)
    case 'trimap':
      return matte.trimap()
    case 'depth':
      return matte.depthImage()
    case 'uncertainty':
      return matte.uncertaintyImage()
  }
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new PdfnetError('ERR_OUTPUT_WRITE', `the folder ${folder} could not be made: ${(cause as Error).message}`, {
      cause,
    })
  })
}
