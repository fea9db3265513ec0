/** The options of a matting and of one matte, checked before any work. */

import { isAbsolute } from 'node:path'
import { badArgument } from '../errors.js'
import type { Limits } from '../image/index.js'
import { precisions, type Precision } from '../models/index.js'
import type { Work } from '../progress.js'
import { parseMemory } from './memory.js'
import type { DepthInput } from './given-depth.js'
import type { BuildPhase, BuildWhen, DeviceName, TurnOptions } from '../runtime/index.js'

/** Weights that are not the model's own. */
export interface WeightsOptions {
  /** A file of weights: its authors' checkpoint, or an ONNX file of the model's family. @default the model's own, in the store */
  readonly weights?: string | undefined
  /** In their place random ones, from this seed: for benchmarks and tests, as their mattes show nothing. */
  readonly randomWeights?: number | undefined
}

export interface DepthNetwork extends WeightsOptions {
  readonly model: string
}

/** Which passes test-time augmentation averages. */
export type Augmentation = 'mirror' | 'full'

/** Which model, and in which form. */
export interface ModelOptions extends WeightsOptions {
  /**
   * A model by name: see `npx pdfnet-trt models list`.
   * @example 'isnet'
   */
  readonly model: string
  /**
   * The network that makes the pseudo-depth which the model takes. Depth Anything V2 Small may be used in commerce; Base
   * and Large may not (CC-BY-NC-4.0). `given`: there is none, and each picture comes with its own pseudo-depth.
   * @example { model: 'depth-anything-v2-large', weights: 'depth_anything_v2_vitl.pth' }
   */
  readonly depth?: DepthNetwork | 'given' | undefined
  /**
   * Height and width that pictures are resized to for the network, where it takes others than it was trained at: less
   * is faster, and mattes are coarser. PDFNet does, and an ONNX file that leaves them open.
   * @default what it was trained at
   */
  readonly size?: readonly [height: number, width: number] | undefined
  /**
   * What `MatteOptions.augment` does: the picture as it is and mirrored (`mirror`), or both at 0.75, 1 and 1.25 of the
   * network's size (`full`), as PDFNet's authors evaluate, which takes engines of two more sizes.
   * @default 'mirror'
   */
  readonly augmentation?: Augmentation | undefined
  /** What TensorRT computes in; the CPU device computes in fp32 whatever it is. @default 'fp16' */
  readonly precision?: Precision | undefined
  /**
   * Pictures that an engine may compute together. More than one takes a second engine of the network.
   * @default 1
   */
  readonly batch?: number | undefined
}

/** Where engines come from, and what runs them. */
export interface EngineOptions extends Work {
  /** Index of the GPU, as the driver counts. @default the first */
  readonly gpu?: number | undefined
  /** Absolute folder of TensorRT. @default the first that fits of TENSORRT_ROOT/lib, the store and the system's folders */
  readonly library?: string | undefined
  /** Absolute path of the store. @default PDFNET_TRT_STORE, or pdfnet-trt in the user's cache folder */
  readonly store?: string | undefined
  /** Told a few times a second while an engine is built. */
  readonly onPhase?: ((phase: BuildPhase) => void) | undefined
}

export interface MattingOptions extends ModelOptions, EngineOptions {
  /**
   * `auto` takes the best that works and says which, and why; a named device that is missing is an error.
   * @default 'auto'
   */
  readonly device?: DeviceName | 'auto' | undefined
  /**
   * Of TensorRT: whether engines that the store lacks are built now, which takes minutes, or are ERR_ENGINE_MISSING.
   * @default 'if-missing'
   */
  readonly build?: BuildWhen | undefined
  /**
   * Inferences at the same time. Each more costs the memory of one more.
   * @default 2 on a GPU that has the memory for it, otherwise 1
   */
  readonly concurrency?: number | undefined
  /**
   * The most that it may take of the GPU's memory, as bytes or as `'6GB'`: where its engines need more, it is refused
   * before they are opened. The CPU device does not look at it.
   * @default all that the GPU has
   */
  readonly memory?: number | string | undefined
  /**
   * Threads that the CPU device computes with, shared by all runs of the process; 0 takes one a core.
   * @default 0
   */
  readonly threads?: number | undefined
  /**
   * Pictures that may wait for their turn; one more is refused with ERR_QUEUE_FULL.
   * @default 1024
   */
  readonly queue?: number | undefined
}

/** Its deadline is that of its inference's start. */
export interface MatteOptions extends TurnOptions {
  /**
   * Whether cut-outs and composites have the foreground's own colours, estimated where the matte is soft, rather than the
   * picture's samples, which carry its old background. Takes a second decoding; not needed for the alpha alone.
   * @default true
   */
  readonly foreground?: boolean | undefined
  /**
   * Of a picture larger than the network's input: whether it is looked at again, in tiles of its own resolution, where
   * its matte is soft (`auto`, at most 32 of them) or everywhere (`full`). Each takes an inference; 4 bytes a pixel on top.
   * @default 'off'
   */
  readonly detail?: 'off' | 'auto' | 'full' | undefined
  /** Whether the mattes of several passes are averaged: see `ModelOptions.augmentation`. Twice the time, or six times. @default false */
  readonly augment?: boolean | undefined
  /** Whether `matte.uncertainty` is computed. @default false */
  readonly uncertainty?: boolean | undefined
  /**
   * Pseudo-depth in place of the depth network's: a picture, a float TIFF, .npy, .pfm, floats, or an earlier matte's `pseudoDepth`. Of any size and
   * range, of the picture's shape to within 5 %.
   */
  readonly depth?: DepthInput | undefined
  /** Limits on the picture, in place of the defaults (100 megapixels, 32,768 a side, 64 MiB, 20 s). */
  readonly limits?: Partial<Limits>
}

const augmentations: readonly unknown[] = ['mirror', 'full']
const details: readonly unknown[] = ['off', 'auto', 'full']
const devices: readonly unknown[] = ['auto', 'tensorrt', 'cpu']
const builds: readonly unknown[] = ['if-missing', 'never']
const mostSeed = 2 ** 31 - 1

/** Throws ERR_ARGUMENT that names the first option that is not what was expected. */
export function checkMattingOptions(options: MattingOptions): void {
  checkObject('options', options)
  checkModelOptions(options)
  checkEngineOptions(options)
  const { device, build, concurrency, threads, queue, memory } = options
  checkOne('device', "'auto', 'tensorrt' or 'cpu'", device, devices)
  checkOne('build', "'if-missing' or 'never'", build, builds)
  checkInteger('concurrency', 1, 64, concurrency)
  check('memory', "bytes, or as '6GB'", memory, memory === undefined || parseMemory(memory) !== undefined)
  checkInteger('threads', 0, 1024, threads)
  checkInteger('queue', 0, 1_000_000, queue)
}

/** Throws ERR_ARGUMENT. */
export function checkModelOptions(options: ModelOptions): void {
  const { depth, size, augmentation, precision, batch } = options
  checkWeights('', options)
  if (depth !== undefined && depth !== 'given') {
    checkObject('depth', depth)
    checkWeights('depth.', depth)
  }
  checkSize(size)
  checkOne('augmentation', "'mirror' or 'full'", augmentation, augmentations)
  checkOne('precision', `one of ${precisions.join(', ')}`, precision, precisions)
  checkInteger('batch', 1, 64, batch)
}

/** Throws ERR_ARGUMENT. */
export function checkEngineOptions({ gpu, library, store, onProgress, onPhase, signal }: EngineOptions): void {
  checkInteger('gpu', 0, 1023, gpu)
  checkAbsolute('library', library)
  checkAbsolute('store', store)
  checkFunction('onProgress', onProgress)
  checkFunction('onPhase', onPhase)
  checkSignal(signal)
}

/** Throws ERR_ARGUMENT. What they hold is checked where it is used: the limits, and those of its turn. */
export function checkMatteOptions(options: MatteOptions): void {
  checkObject('options', options)
  const { foreground, detail, augment, uncertainty } = options
  checkOne('detail', "'off', 'auto' or 'full'", detail, details)
  checkBoolean('augment', augment)
  checkBoolean('uncertainty', uncertainty)
  checkBoolean('foreground', foreground)
}

function checkWeights(prefix: string, options: WeightsOptions & { readonly model: string }): void {
  const { model, weights, randomWeights } = options
  check(`${prefix}model`, 'the name of a model', model, typeof model === 'string' && model !== '')
  check(`${prefix}weights`, 'a path', weights, weights === undefined || (typeof weights === 'string' && weights !== ''))
  checkInteger(`${prefix}randomWeights`, 0, mostSeed, randomWeights)
}

function checkSize(size: unknown): void {
  const isSide = (side: unknown): boolean => Number.isInteger(side) && (side as number) > 0 && (side as number) <= 8192
  const fits = size === undefined || (Array.isArray(size) && size.length === 2 && size.every(isSide))
  check('size', 'height and width, from 1 to 8192', size, fits)
}

function checkObject(name: string, value: unknown): void {
  check(name, 'an object', value, typeof value === 'object' && value !== null)
}

function checkAbsolute(name: string, value: unknown): void {
  check(name, 'an absolute path', value, value === undefined || (typeof value === 'string' && isAbsolute(value)))
}

function checkFunction(name: string, value: unknown): void {
  check(name, 'a function', value, value === undefined || typeof value === 'function')
}

function checkBoolean(name: string, value: unknown): void {
  check(name, 'a boolean', value, value === undefined || typeof value === 'boolean')
}

function checkOne(name: string, expected: string, value: unknown, known: readonly unknown[]): void {
  check(name, expected, value, value === undefined || known.includes(value))
}

function checkSignal(signal: unknown): void {
  check('signal', 'an AbortSignal', signal, signal === undefined || signal instanceof AbortSignal)
}

function checkInteger(name: string, least: number, most: number, value: unknown): void {
  const fits = Number.isInteger(value) && (value as number) >= least && (value as number) <= most
  check(name, `an integer from ${least} to ${most}`, value, value === undefined || fits)
}

function check(name: string, expected: string, value: unknown, fits: boolean): void {
  if (!fits) throw badArgument(name, expected, value)
}
