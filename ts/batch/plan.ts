/** Plans a batch: names what each picture will become, and refuses what would be written twice. */

import { stat } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { badArgument, PdfnetError } from '../errors.js'
import { checkFormat, formatOf, type OutputFormat } from '../image/index.js'
import { find, standardStream, type Found } from './find.js'

export const outputKinds = ['alpha', 'cutout', 'composite', 'trimap', 'depth', 'uncertainty'] as const
export type OutputKind = (typeof outputKinds)[number]

export interface Job {
  /** Absolute path, or `-`. */
  readonly input: string
  /** Absolute path by kind, or `-`. */
  readonly outputs: Readonly<Partial<Record<OutputKind, string>>>
}

export interface Plan {
  readonly jobs: readonly Job[]
  /** Absolute path of the folder that takes the results of several pictures, or of a folder of them. */
  readonly folder?: string
}

export interface PlanOptions {
  readonly kinds: readonly OutputKind[]
  /** A file, a folder or `-`; without it results stand beside their pictures as NAME.KIND.png. */
  readonly output?: string
  /** @default PNG, or what the extension of the output file names */
  readonly format?: OutputFormat | undefined
}

/** Without the dot. */
const extensionOf: Readonly<Record<OutputFormat, string>> = {
  png: 'png',
  webp: 'webp',
  tiff: 'tiff',
  avif: 'avif',
  jpeg: 'jpg',
}

/** Rejects with ERR_INPUT_MISSING, ERR_INPUT_EMPTY, ERR_ARGUMENT, ERR_OUTPUT_FORMAT or ERR_OUTPUT_CLASH. */
export async function planJobs(inputs: readonly string[], options: PlanOptions): Promise<Plan> {
  const { output, format = 'png' } = options
  const given: unknown = inputs
  if (!Array.isArray(given) || !given.every((input) => typeof input === 'string' && input !== '')) {
    throw badArgument('inputs', 'paths of pictures or folders', inputs)
  }
  checkKinds(options)
  const found: Found[] = []
  for (const input of inputs) {
    const pictures = await find(input, output, inputs.length > 1)
    if (pictures.length === 0) throw new PdfnetError('ERR_INPUT_EMPTY', `there are no pictures in the folder ${input}`)
    const inFolder = pictures.some(({ named }) => !named)
    if (inFolder && output === undefined) {
      throw badArgument('-o', `an output folder when the input is a folder (${input})`, output)
    }
    found.push(...pictures)
  }
  const single = found.length === 1 && found[0]!.named
  if (output !== undefined && (await isFolder(output))) {
    const jobs = nameInFolder(found, output, options)
    refuseClashes(jobs)
    return { jobs, ...(!single && { folder: resolve(output) }) }
  }
  if (output !== undefined && !single) throw badArgument('-o', 'a folder when there is more than one picture', output)
  const extension = extensionOf[format]
  const jobs =
    output === undefined
      ? found.map(({ path }) => besides(path, options.kinds, extension))
      : [intoFile(found[0]!.path, output, options)]
  refuseClashes(jobs)
  return { jobs }
}

/** Throws ERR_ARGUMENT or ERR_OUTPUT_FORMAT. */
export function checkKinds({ kinds, format = 'png' }: PlanOptions): void {
  if (!Array.isArray(kinds) || kinds.length === 0 || !kinds.every((kind) => outputKinds.includes(kind as OutputKind))) {
    throw badArgument('kinds', `some of ${outputKinds.join(', ')}`, kinds)
  }
  for (const kind of kinds) checkFormat(format, `the ${kind}`, kind === 'cutout')
}

/** Whether results go into it: it is a folder, or is named like one. */
export async function isFolder(output: string): Promise<boolean> {
  if (output === standardStream) return false
  const info = await stat(output).catch(() => undefined)
  return info ? info.isDirectory() : output.endsWith('/') || extname(output) === ''
}

function besides(path: string, kinds: readonly OutputKind[], extension: string): Job {
  if (path === standardStream) return intoFile(path, standardStream, { kinds })
  const stem = join(dirname(path), stemOf(path))
  return { input: path, outputs: Object.fromEntries(kinds.map((kind) => [kind, `${stem}.${kind}.${extension}`])) }
}

function intoFile(path: string, output: string, { kinds, format }: PlanOptions): Job {
  if (kinds.length > 1) throw badArgument('-o', 'a folder when there is more than one output', output)
  if (output !== standardStream) checkExtension(output, kinds[0]!, format)
  return { input: path, outputs: { [kinds[0]!]: output === standardStream ? output : resolve(output) } }
}

function checkExtension(output: string, kind: OutputKind, format: OutputFormat | undefined): void {
  const named = formatOf(output, { alpha: kind === 'cutout' })
  if (format !== undefined && named !== format) throw badArgument('--format', `${named}, as ${output} says`, format)
}

/** Two pictures of one folder that differ in extension only keep it in their names. */
export function nameInFolder(found: readonly Found[], output: string, { kinds, format }: PlanOptions): Job[] {
  const whole = ({ below }: Found): string => (below === standardStream ? 'stdin.png' : below)
  const short = (one: Found): string => join(dirname(whole(one)), stemOf(whole(one)))
  const count = new Map<string, number>()
  for (const one of found) count.set(short(one), (count.get(short(one)) ?? 0) + 1)
  const extension = extensionOf[format ?? 'png']
  return found.map((one) => {
    const stem = join(resolve(output), count.get(short(one)) === 1 ? short(one) : whole(one))
    const outputs = kinds.map((kind) => [kind, `${stem}.${kinds.length === 1 ? '' : `${kind}.`}${extension}`])
    return { input: one.path, outputs: Object.fromEntries(outputs) as Job['outputs'] }
  })
}

function stemOf(path: string): string {
  return basename(path, extname(path))
}

function refuseClashes(jobs: readonly Job[]): void {
  const inputs = new Set(jobs.map((job) => job.input))
  const taken = new Set<string>()
  for (const { outputs, input } of jobs) {
    for (const path of Object.values(outputs)) {
      if (path === standardStream) continue
      if (inputs.has(path)) throw new PdfnetError('ERR_OUTPUT_CLASH', `${path} is an input: it would be overwritten`)
      if (taken.has(path)) throw new PdfnetError('ERR_OUTPUT_CLASH', `${path} would be written twice, by ${input} too`)
      taken.add(path)
    }
  }
}
