/** Runs a planned batch: a few pictures in flight, each reported as it ends, a bad one never stopping the rest. */

import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Sharp } from 'sharp'
import { asPdfnetError, PdfnetError, throwIfAborted } from '../errors.js'
import { writePicture, type OutputFormat, type PictureInput } from '../image/index.js'
import type { Matte, MatteOptions, MatteTimings, Matting } from '../matting/index.js'
import { standardStream, type Job, type OutputKind } from './plan.js'

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
  readonly matte?: Pick<MatteOptions, 'detail' | 'augment' | 'depth'>
  /** Pictures in flight: decoding, inferring or encoding. */
  readonly inFlight: number
  readonly signal?: AbortSignal
}

/** One picture's end: with its outputs, or with the error that kept it from them. */
export interface PictureReport extends Job {
  readonly width?: number
  readonly height?: number
  /** Milliseconds by stage, encoding and writing included. */
  readonly timings?: MatteTimings & { readonly encode: number }
  readonly error?: PdfnetError
}

/** Yields each picture's report as it ends. Ends by ERR_ABORTED once the signal is aborted and nothing is in flight. */
export async function* matteAll(
  matting: Matting,
  jobs: readonly Job[],
  options: BatchOptions,
): AsyncGenerator<PictureReport> {
  const { signal, inFlight } = options
  const running = new Map<Job, Promise<[Job, PictureReport]>>()
  const waiting = jobs.values()
  try {
    for (;;) {
      while (running.size < inFlight && !signal?.aborted) {
        const { value: job } = waiting.next()
        if (job === undefined) break
        running.set(
          job,
          matteOne(matting, job, options).then((report) => [job, report]),
        )
      }
      if (running.size === 0) break
      const [job, report] = await Promise.race(running.values())
      running.delete(job)
      yield report
    }
  } finally {
    await Promise.all(running.values())
  }
  throwIfAborted(signal)
}

/** Never rejects: the report tells. */
async function matteOne(matting: Matting, job: Job, options: BatchOptions): Promise<PictureReport> {
  const { signal, crop } = options
  try {
    const input = job.input === standardStream ? process.stdin : job.input
    const whole = await matting.matte(input, {
      ...options.matte,
      signal,
      foreground: wantsColours(job) && options.foreground !== false,
      uncertainty: job.outputs.uncertainty !== undefined,
    })
    const began = performance.now()
    const matte = crop === undefined ? whole : await whole.crop({ margin: crop })
    for (const [kind, path] of Object.entries(job.outputs)) {
      await write(matte, kind as OutputKind, path, options)
    }
    const timings = { ...matte.timings, encode: performance.now() - began }
    return { ...job, width: matte.width, height: matte.height, timings }
  } catch (error) {
    return { ...job, error: asPdfnetError(error) }
  }
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
