/** What an engine is built from, checked before anything is done. */

import { isAbsolute } from 'node:path'
import { badArgument } from '../errors.js'
import type { Work } from '../progress.js'
import { rtxCapabilities } from '../tensorrt/index.js'
import type { Shape } from '../tensor.js'

/** The smallest, the most usual and the largest size of an input; of an input that is itself a shape, its values. */
export interface ShapeRange {
  readonly min: Shape
  readonly opt: Shape
  readonly max: Shape
}

/** A range for each input whose size is known only at the run. */
export type OptimizationProfile = Readonly<Record<string, ShapeRange>>

/** What is going on in a build, told a few times a second. */
export interface BuildPhase {
  readonly name: string
  /** Since the build began. */
  readonly seconds: number
}

export interface BuildOptions extends Work {
  /** The ONNX file. Its external data lies in its own folder. */
  readonly onnx: string
  /**
   * Where the plan goes, with its sidecar beside it: the same name and `.json`.
   * @default an entry of the store, which is not built twice
   */
  readonly output?: string | undefined
  /**
   * Absolute folder of TensorRT and its ONNX parser.
   * @default the first of TENSORRT_ROOT/lib, our store and the system's folders that has both
   */
  readonly library?: string | undefined
  /** @default none: every size is fixed in the graph */
  readonly profiles?: readonly OptimizationProfile[] | undefined
  /** Bytes that a layer may use besides its inputs and outputs. @default the library's: all of the GPU's */
  readonly workspaceBytes?: number | undefined
  /** 0 (quickest to build) to 5 (quickest to run). @default the library's */
  readonly optimizationLevel?: number | undefined
  /** Streams beside the main one on which the engine may run layers at once. @default the library's */
  readonly auxiliaryStreams?: number | undefined
  /**
   * Of TensorRT-RTX: the compute capabilities of the GPUs that are to run the engine. Enterprise builds for the GPU that
   * is here.
   * @default the library's: 8.0, 8.6, 8.9, 12.0 and 12.1; a list, even of these, may make an engine that needs more memory
   */
  readonly targetCapabilities?: readonly string[] | undefined
  readonly onPhase?: ((phase: BuildPhase) => void) | undefined
}

/** All that the builder is told, besides the graph: part of the engine's key. */
export interface BuildSettings {
  readonly profiles: readonly OptimizationProfile[]
  readonly workspaceBytes?: number
  readonly optimizationLevel?: number
  readonly auxiliaryStreams?: number
  /** Sorted. Undefined: not given. */
  readonly targetCapabilities?: readonly string[]
}

/** What the library chooses by itself: given as a list, the same ones make engines that need more memory. */
export const defaultRtxCapabilities = rtxCapabilities.slice(1)

/** @throws ERR_ARGUMENT */
export function checkBuildOptions(options: BuildOptions): BuildSettings {
  const { onnx, output, library, profiles = [] } = options
  if (typeof onnx !== 'string' || onnx === '' || onnx.includes('\0')) throw badArgument('onnx', 'a path', onnx)
  if (output !== undefined && (typeof output !== 'string' || output === '' || output.includes('\0')))
    throw badArgument('output', 'a path', output)
  if (library !== undefined && (typeof library !== 'string' || !isAbsolute(library)))
    throw badArgument('library', 'an absolute path', library)
  if (!Array.isArray(profiles)) throw badArgument('profiles', 'an array', profiles)
  profiles.forEach(checkProfile)
  const { targetCapabilities } = options
  const targets = targetCapabilities && checkTargets(targetCapabilities)
  return {
    profiles,
    ...integer(options, 'workspaceBytes', 0, Number.MAX_SAFE_INTEGER),
    ...integer(options, 'optimizationLevel', 0, 5),
    ...integer(options, 'auxiliaryStreams', 0, 16),
    ...(targets && { targetCapabilities: targets }),
  }
}

function integer<Name extends 'workspaceBytes' | 'optimizationLevel' | 'auxiliaryStreams'>(
  options: BuildOptions,
  name: Name,
  least: number,
  most: number,
): { readonly [key in Name]?: number } {
  const value = options[name]
  if (value === undefined) return {}
  if (!Number.isSafeInteger(value) || value < least || value > most)
    throw badArgument(name, `a whole number from ${least} to ${most}`, value)
  return { [name]: value } as { readonly [key in Name]: number }
}

function checkTargets(targets: unknown): readonly string[] {
  const expected = `one or more of ${rtxCapabilities.join(', ')}`
  if (!Array.isArray(targets) || targets.length === 0) throw badArgument('targetCapabilities', expected, targets)
  const known: readonly unknown[] = rtxCapabilities
  const stranger: unknown = targets.find((target) => !known.includes(target))
  if (stranger !== undefined) throw badArgument('targetCapabilities', expected, stranger)
  return rtxCapabilities.filter((capability) => targets.includes(capability))
}

function checkProfile(profile: unknown, index: number): void {
  const name = `profiles[${index}]`
  if (typeof profile !== 'object' || profile === null || Object.keys(profile).length === 0)
    throw badArgument(name, 'an object with a range for each input', profile)
  for (const [input, range] of Object.entries(profile)) checkRange(`${name}.${input}`, range)
}

function checkRange(name: string, range: unknown): void {
  if (typeof range !== 'object' || range === null) throw badArgument(name, '{ min, opt, max }', range)
  const { min, opt, max } = range as Record<string, unknown>
  if (!isShape(min)) throw badArgument(`${name}.min`, 'up to 8 sizes', min)
  if (!isShape(opt) || !fits(min, opt)) throw badArgument(`${name}.opt`, 'as many sizes as min, none smaller', opt)
  if (!isShape(max) || !fits(opt, max)) throw badArgument(`${name}.max`, 'as many sizes as opt, none smaller', max)
}

function isShape(value: unknown): value is Shape {
  return Array.isArray(value) && value.length <= 8 && value.every((size) => Number.isSafeInteger(size) && size >= 0)
}

function fits(small: Shape, large: Shape): boolean {
  return small.length === large.length && small.every((size, axis) => size <= large[axis]!)
}
