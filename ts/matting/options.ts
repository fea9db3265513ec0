/** The options of a matting and of one matte, checked before any work. */

import { isAbsolute } from 'node:path'
import { badArgument } from '../errors.js'
import type { Limits } from '../image/index.js'
import type { Work } from '../progress.js'
import type { DeviceName } from '../runtime/index.js'

export interface MattingOptions extends Work {
  /**
   * A model by name: see `npx pdfnet-trt models list`.
   * @example 'isnet'
   */
  readonly model: string
  /** An ONNX file of the model's family in place of the model's own weights. */
  readonly weights?: string
  /**
   * `auto` takes the best that works and says which, and why; a named device that is missing is an error.
   * @default 'auto'
   */
  readonly device?: DeviceName | 'auto'
  /**
   * Inferences at the same time. Each more costs the memory of one more.
   * @default 1
   */
  readonly concurrency?: number
  /**
   * Threads that the CPU device computes with, shared by all runs of the process; 0 takes one a core.
   * @default 0
   */
  readonly threads?: number
  /**
   * Pictures that may wait for their turn; one more is refused with ERR_QUEUE_FULL.
   * @default 1024
   */
  readonly queue?: number
  /** Absolute path of the store. @default PDFNET_TRT_STORE, or pdfnet-trt in the user's cache folder */
  readonly store?: string
}

export interface MatteOptions {
  readonly signal?: AbortSignal
  /** Limits on the picture, in place of the defaults (100 megapixels, 32,768 a side, 64 MiB, 20 s). */
  readonly limits?: Partial<Limits>
}

const devices: readonly unknown[] = ['auto', 'tensorrt', 'cpu']

/** Throws ERR_ARGUMENT that names the first option that is not what was expected. */
export function checkMattingOptions(options: MattingOptions): void {
  const given: unknown = options
  if (typeof given !== 'object' || given === null) throw badArgument('options', 'an object', given)
  const { model, weights, device, concurrency, threads, queue, store, onProgress } = options
  check('model', 'the name of a model', model, typeof model === 'string' && model !== '')
  check('weights', 'a path', weights, weights === undefined || (typeof weights === 'string' && weights !== ''))
  check('device', "'auto', 'tensorrt' or 'cpu'", device, device === undefined || devices.includes(device))
  checkInteger('concurrency', 1, 64, concurrency)
  checkInteger('threads', 0, 1024, threads)
  checkInteger('queue', 0, 1_000_000, queue)
  check('store', 'an absolute path', store, store === undefined || (typeof store === 'string' && isAbsolute(store)))
  check('onProgress', 'a function', onProgress, onProgress === undefined || typeof onProgress === 'function')
  checkSignal(options.signal)
}

/** Throws ERR_ARGUMENT. The limits themselves are checked where the picture is opened. */
export function checkMatteOptions(options: MatteOptions): void {
  const given: unknown = options
  if (typeof given !== 'object' || given === null) throw badArgument('options', 'an object', given)
  checkSignal(options.signal)
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
