/** The verb `build-engine`: a model, or an ONNX file, becomes engines, in the store or a file; and those that the store has. */

import { resolve } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { badArgument, exitCodes, PdfnetError } from '../errors.js'
import { buildModel, type Augmentation } from '../matting/index.js'
import { loadRecipe } from '../models/index.js'
import {
  buildEngine,
  findBuildLibrary,
  listEngines,
  pruneEngines,
  verifyEngines,
  type OptimizationProfile,
  type PlanRecord,
  type StoredEngine,
} from '../runtime/index.js'
import { Store } from '../store/index.js'
import { libraryName, rtxCapabilities } from '../tensorrt/index.js'
import { modelOptions, withModelFlags, type ModelFlags } from './model-flags.js'
import type { Start } from './run.js'
import type { Terminal } from './terminal.js'

interface Flags extends ModelFlags {
  readonly augmentation?: Augmentation
  readonly gpu?: number
  readonly onnx?: string
  readonly out?: string
  readonly library?: string
  readonly profile?: readonly OptimizationProfile[]
  readonly workspace?: number
  readonly optimizationLevel?: number
  readonly auxiliaryStreams?: number
  readonly targets?: readonly string[]
  readonly list?: true
  readonly verify?: true
  readonly prune?: true
}

export function buildEngineVerb(start: Start): Command {
  const command = new Command('build-engine')
    .description('Build the TensorRT engines of a model, or of an ONNX file. TensorRT-RTX needs no GPU for it.')
    .argument('[model]', 'see `pdfnet-trt models list`; its engines go to the store')
  return withModelFlags(command)
    .addOption(
      new Option('--augmentation <passes>', 'that are averaged: full takes two more sizes').choices(['mirror', 'full']),
    )
    .option('--gpu <index>', 'the GPU that is to run them (default: the first)', parseNumber)
    .option('--onnx <file>', 'in place of a model: the graph')
    .option('-o, --out <file>', 'the plan; its sidecar lies beside it (default: an entry of the store)')
    .option('--library <folder>', 'the folder of TensorRT and its ONNX parser')
    .addOption(
      new Option(
        '--profile <ranges>',
        'sizes of inputs, min,opt,max: "image=1x1x3,1024x1024x3,8192x8192x3 size=…"',
      ).argParser((text, before: OptimizationProfile[] | undefined) => [...(before ?? []), parseProfile(text)]),
    )
    .option('--workspace <bytes>', 'memory that a layer may use besides, as 512MB or 2GB', parseBytes)
    .option('--optimization-level <0-5>', 'quick to build, or quick to run', parseNumber)
    .option('--auxiliary-streams <n>', 'streams on which layers may run at once', parseNumber)
    .option('--targets <list>', `of TensorRT-RTX: compute capabilities, of ${rtxCapabilities.join(',')}`, (text) =>
      text.split(','),
    )
    .addOption(new Option('--list', 'the engines in the store').conflicts(['onnx', 'out', 'verify', 'prune']))
    .addOption(new Option('--verify', 'hash the engines in the store and compare').conflicts(['onnx', 'out', 'prune']))
    .addOption(new Option('--prune', 'remove damaged engines, and those of other library versions').conflicts('onnx'))
    .option('--json', 'a line of JSON for each engine')
    .action((model: string | undefined, flags: Flags) =>
      start((terminal, signal) => {
        if (flags.list) return list(terminal)
        if (flags.verify) return verify(terminal, signal)
        if (flags.prune) return prune(flags, terminal, signal)
        return model === undefined ? build(flags, terminal, signal) : buildAll(model, flags, terminal, signal)
      }),
    )
}

/** What a model's own chain says by itself. */
const graphFlags = ['onnx', 'out', 'profile', 'workspace', 'optimizationLevel', 'auxiliaryStreams', 'targets'] as const

async function buildAll(model: string, flags: Flags, terminal: Terminal, signal: AbortSignal): Promise<number> {
  for (const name of graphFlags) {
    if (flags[name] !== undefined) throw badArgument(`--${name}`, 'nothing beside a model', flags[name])
  }
  const { library, gpu, augmentation } = flags
  const { depth } = loadRecipe(model).input
  const { plans, tested } = await buildModel({
    ...modelOptions(model, flags, depth !== undefined),
    augmentation,
    gpu,
    library: library === undefined ? undefined : resolve(library),
    signal,
    onProgress: terminal.progress,
    onPhase: ({ name, seconds }) => terminal.status(name, `${seconds.toFixed(1)} s`),
  })
  for (const { name, path, record, built } of plans) {
    const found = { ...record, tested: tested ? 'passed' : record.tested } as const
    terminal.result(`${name}  ${path}\n${describe(found, built)}`, { stage: name, path, built, ...found })
  }
  return 0
}

async function build(flags: Flags, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const { onnx, out, library, profile, workspace, optimizationLevel, auxiliaryStreams, targets } = flags
  if (onnx === undefined) throw badArgument('model', 'the name of a model, or an ONNX file with --onnx', undefined)
  const { plan, record, built } = await buildEngine({
    onnx,
    output: out,
    library: library === undefined ? undefined : resolve(library),
    profiles: profile,
    workspaceBytes: workspace,
    optimizationLevel,
    auxiliaryStreams,
    targetCapabilities: targets,
    signal,
    onProgress: terminal.progress,
    onPhase: ({ name, seconds }) => terminal.status(name, `${seconds.toFixed(1)} s`),
  })
  terminal.result(`${plan}\n${describe(record, built)}`, { path: plan, built, ...record })
  return 0
}

async function list(terminal: Terminal): Promise<number> {
  return tell(await listEngines(await Store.open()), terminal)
}

async function verify(terminal: Terminal, signal: AbortSignal): Promise<number> {
  return tell(await verifyEngines(await Store.open(), { signal, onProgress: terminal.progress }), terminal)
}

function tell(engines: readonly StoredEngine[], terminal: Terminal): number {
  for (const { key, plan, record, error } of engines) {
    if (record) terminal.result(`${record.graph[0]!.name}  ${key}\n${describe(record)}`, { path: plan, ...record })
    else terminal.result(`${key}: ${error?.message ?? 'damaged'}`, { key, error })
  }
  if (engines.length === 0) terminal.note('there are no engines in the store')
  return engines.some(({ error }) => error) ? exitCodes.store : 0
}

async function prune({ library }: Flags, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const store = await Store.open()
  const found = await findBuildLibrary(library === undefined ? undefined : resolve(library), signal).catch(
    (error: unknown) => {
      if (error instanceof PdfnetError && error.code === 'ERR_LIBRARY_MISSING') return undefined
      throw error
    },
  )
  // Without a library there is no telling which versions are in use.
  const inUse = found ? [found] : (await listEngines(store)).flatMap(({ record }) => (record ? [record.library] : []))
  for (const key of await pruneEngines(store, inUse, { signal })) terminal.result(`removed ${key}`, { removed: key })
  return 0
}

function describe({ library, target, plan, build, activationBytes, tested }: PlanRecord, built = true): string {
  const runs = 'gpu' in target ? target.gpu : `compute capability ${target.computeCapabilities.join(', ')}`
  const took = `${build.seconds.toFixed(1)} s, ${megabytes(build.peakRssBytes)} at its peak`
  const needs = activationBytes === undefined ? '' : `, ${megabytes(activationBytes)} of activations`
  return [
    `  ${libraryName(library)}, for ${runs}; ${megabytes(plan.bytes)}${needs}`,
    `  ${built ? `built in ${took}` : 'the store had it already'}; ${tested === 'passed' ? 'tested' : 'not tested yet'}`,
  ].join('\n')
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`
}

/** `name=1x3x64x64,…,… other=…`: the smallest, usual and largest size of each input. */
function parseProfile(text: string): OptimizationProfile {
  const ranges = text
    .trim()
    .split(/\s+/)
    .map((part) => {
      const at = part.lastIndexOf('=')
      const shapes = part.slice(at + 1).split(',')
      if (at < 1 || shapes.length !== 3)
        throw new InvalidArgumentError('Expected name=min,opt,max, as in x=1x3,4x3,8x3.')
      const [min, opt, max] = shapes.map((shape) => shape.split('x').map(parseNumber))
      return [part.slice(0, at), { min: min!, opt: opt!, max: max! }] as const
    })
  return Object.fromEntries(ranges)
}

function parseNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Expected a whole number.')
  return Number(text)
}

function parseBytes(text: string): number {
  const [, digits, unit] = /^(\d+)\s*([kMG]?)B?$/.exec(text) ?? []
  if (digits === undefined) throw new InvalidArgumentError('Expected a number of bytes, as 512MB or 2GB.')
  return Number(digits) * { '': 1, k: 1e3, M: 1e6, G: 1e9 }[unit as '' | 'k' | 'M' | 'G']
}
