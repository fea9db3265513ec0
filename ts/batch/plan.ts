/** Plans a batch: finds the pictures in files and folders, and names what each will become. */

import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import { badArgument, PdfnetError } from '../errors.js'
import { checkFormat, formatOf, type OutputFormat } from '../image/index.js'

export const outputKinds = ['alpha', 'cutout', 'composite', 'trimap', 'depth', 'uncertainty'] as const
export type OutputKind = (typeof outputKinds)[number]

/** Stands for standard input among the inputs, and for standard output as the output. */
export const standardStream = '-'

export interface Job {
  /** Absolute path, or `-`. */
  readonly input: string
  /** Absolute path by kind, or `-`. */
  readonly outputs: Readonly<Partial<Record<OutputKind, string>>>
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

interface Found {
  readonly path: string
  /** Path below the folder that was named, which the output folder repeats. */
  readonly below: string
  /** Whether the file itself was named, rather than a folder that holds it. */
  readonly named: boolean
}

/** Extensions that are looked at in a folder; a file that is named is taken whatever it is called. */
const pictureNames = /\.(jpe?g|png|webp|tiff?|gif|avif|hei[cf])$/i

/** Rejects with ERR_INPUT_MISSING, ERR_INPUT_EMPTY, ERR_ARGUMENT, ERR_OUTPUT_FORMAT or ERR_OUTPUT_CLASH. */
export async function planJobs(inputs: readonly string[], options: PlanOptions): Promise<Job[]> {
  const { kinds, output, format = 'png' } = options
  for (const kind of kinds) checkFormat(format, `the ${kind}`, kind === 'cutout')
  const extension = extensionOf[format]
  const lists = await Promise.all(inputs.map((input) => find(input, output, inputs.length > 1)))
  const found = lists.flat()
  const single = found.length === 1 && found[0]!.named
  const jobs =
    output === undefined
      ? found.map(({ path }) => besides(path, kinds, extension))
      : (await isFolder(output))
        ? intoFolder(found, output, kinds, extension)
        : single
          ? [intoFile(found[0]!.path, output, options)]
          : refuseFile(output)
  refuseClashes(jobs)
  return jobs
}

async function find(input: string, output: string | undefined, several: boolean): Promise<Found[]> {
  if (input === standardStream) return [{ path: input, below: input, named: true }]
  const path = resolve(input)
  const info = await stat(path).catch((cause: unknown) => {
    throw new PdfnetError('ERR_INPUT_MISSING', `there is no file or folder ${input}`, { cause })
  })
  if (!info.isDirectory()) return [{ path, below: basename(path), named: true }]
  if (output === undefined) throw badArgument('-o', `an output folder when the input is a folder (${input})`, output)
  const results = resolve(output)
  const outside = (file: string): boolean => !file.startsWith(`${results}/`)
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  const pictures = entries
    .filter((entry) => entry.isFile() && pictureNames.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(
      (file) =>
        !relative(path, file)
          .split('/')
          .some((part) => part.startsWith('.')),
    )
    .filter((file) => results === path || outside(file))
    .sort()
  if (pictures.length === 0) throw new PdfnetError('ERR_INPUT_EMPTY', `there are no pictures in the folder ${input}`)
  const top = several ? basename(path) : ''
  return pictures.map((file) => ({ path: file, below: join(top, relative(path, file)), named: false }))
}

async function isFolder(output: string): Promise<boolean> {
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
function intoFolder(found: readonly Found[], output: string, kinds: readonly OutputKind[], extension: string): Job[] {
  const whole = ({ below }: Found): string => (below === standardStream ? 'stdin.png' : below)
  const short = (one: Found): string => join(dirname(whole(one)), stemOf(whole(one)))
  const count = new Map<string, number>()
  for (const one of found) count.set(short(one), (count.get(short(one)) ?? 0) + 1)
  return found.map((one) => {
    const stem = join(resolve(output), count.get(short(one)) === 1 ? short(one) : whole(one))
    const outputs = kinds.map((kind) => [kind, `${stem}.${kinds.length === 1 ? '' : `${kind}.`}${extension}`])
    return { input: one.path, outputs: Object.fromEntries(outputs) as Job['outputs'] }
  })
}

function refuseFile(output: string): never {
  throw badArgument('-o', 'a folder when there is more than one picture', output)
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
