/** `Matting`: a model opened on a device, ready to matte pictures. */

import { availableParallelism } from 'node:os'
import { badArgument } from '../errors.js'
import type { PictureInput } from '../image/index.js'
import { largestSide, type Recipe } from '../models/index.js'
import type { Chain, DeviceChoice } from '../runtime/index.js'
import { findDevice } from '../setup/index.js'
import { Store } from '../store/index.js'
import { allEngines, checkDepthOption } from './engines.js'
import type { Frame } from './frame.js'
import { framesOf, type FrameOptions, type FrameSource } from './frames.js'
import { checkMemory, defaultConcurrency, parseMemory } from './memory.js'
import type { Matte } from './matte.js'
import { disposeAll, openChains } from './opened.js'
import { matteOf } from './pass.js'
import { machinePixels } from './room.js'
import { Schedule, type MattingMetrics, type Pass } from './schedule.js'
import { checkMatteOptions, checkMattingOptions, type MatteOptions, type MattingOptions } from './options.js'

/** A GPU is done with a picture in milliseconds: the next waits at its door. */
const onGpu = { ahead: 1 }

/** What a matte is for. It may not wait for another matte of the same matting, which may be waiting for its place. */
export type UseMatte<Used> = (matte: Matte) => Promise<Used>

export class Matting {
  /** Inferences at the same time. */
  readonly concurrency: number
  private readonly schedule: Schedule

  private constructor(
    /** The model's recipe: its licence and where its weights come from, among others. */
    readonly model: Recipe,
    /** Which device runs it, and why. */
    readonly device: DeviceChoice,
    /** Stands for its graphs with their weights, and for the device. */
    readonly fingerprint: string,
    /** What its engines need of the GPU's memory, by estimate; undefined on the CPU device. */
    readonly gpuBytes: number | undefined,
    private readonly chains: readonly [Chain, ...Chain[]],
    { concurrency, queue: capacity = 1024 }: MattingOptions & { readonly concurrency: number },
  ) {
    this.concurrency = concurrency
    const [own, ...scaled] = chains
    // Whatever takes the cores, decoding, colours or encoding: all of them can be at it.
    const around = { working: availableParallelism(), pixels: machinePixels() }
    this.schedule = new Schedule(own, { concurrency, capacity, ...around, ...(device.gpu && onGpu) }, scaled)
  }

  /**
   * Opens a model: its weights are in the store (`npx pdfnet-trt models add MODEL`), or a file that the options name.
   * Graphs and engines that the store lacks are made now, and tested once.
   * Rejects with ERR_ARGUMENT, ERR_MODEL_UNKNOWN, ERR_MODEL_MISSING, ERR_MODEL_MISMATCH, ERR_DEVICE_MISSING,
   * ERR_LIBRARY_MISSING, ERR_ENGINE_MISSING, ERR_ENGINE_BUILD, ERR_GPU_MEMORY, ERR_PLAN_REFUSED, ERR_SELF_TEST,
   * ERR_MODEL_UNSUPPORTED where `augmentation` wants sizes that the network does not take, an ERR_CHECKPOINT…, ERR_ONNX…
   * or ERR_STORE… of the model's files, or ERR_ABORTED.
   */
  static async open(options: MattingOptions): Promise<Matting> {
    checkMattingOptions(options)
    checkDepthOption(options)
    const store = await Store.open(options.store)
    const { choice, library } = await findDevice(store, options)
    const all = await allEngines(store, options, library, options.build ?? 'if-missing')
    const total = choice.gpu?.totalBytes
    const budget = total && Math.min(parseMemory(options.memory ?? total) ?? total, total)
    const concurrency = options.concurrency ?? defaultConcurrency(all, budget)
    const gpuBytes = budget && checkMemory(all, concurrency, budget)
    const chains = await openChains(store, all, choice, { ...options, concurrency })
    const [{ recipe, prepared }] = all
    return new Matting(recipe, choice, `${prepared.key} ${choice.name}`, gpuBytes, chains, {
      ...options,
      concurrency,
    })
  }

  /**
   * Mattes one picture. One with a side above 8192 is shrunk once for the engines, and its alpha enlarged; its timings
   * say so. Rejects with an ERR_INPUT… that names it, ERR_ARGUMENT, ERR_QUEUE_FULL, ERR_MEMORY, ERR_ENGINE_RUN,
   * ERR_DEADLINE, ERR_DISPOSED or ERR_ABORTED, and with what `use` rejects with; the matting goes on.
   * @param use what the matte is for, such as its encoding. As many pictures are on their way as keep cores and engines
   * busy, and memory has room for: with `use` each counts until that has ended, otherwise until its matte is there.
   * @example await Promise.all(paths.map((path) => matting.matte(path, {}, (matte) => matte.cutout().toFile(`${path}.png`))))
   */
  async matte(input: PictureInput, options?: MatteOptions): Promise<Matte>
  async matte<Used>(input: PictureInput, options: MatteOptions, use: UseMatte<Used>): Promise<Used>
  async matte(input: PictureInput, options: MatteOptions = {}, use?: UseMatte<unknown>): Promise<unknown> {
    checkMatteOptions(options)
    const { depth, size } = this.model.input
    if (options.depth !== undefined && depth === undefined) {
      throw badArgument('depth', `nothing, as ${this.model.name} takes no pseudo-depth`, options.depth)
    }
    if (options.depth === undefined && this.chains[0].needsDepth) {
      throw badArgument('depth', "the picture's pseudo-depth, as the matting was opened with depth 'given'", undefined)
    }
    const given: unknown = use
    if (given !== undefined && typeof given !== 'function') throw badArgument('use', 'a function', given)
    const sizes = { input: { width: size[1], height: size[0] }, largest: largestSide }
    const pass: Pass<Matte> = (infer, scaled, admit) => matteOf(input, infer, { ...sizes, scaled }, options, admit)
    return use ? this.schedule.run(pass, options, use) : this.schedule.run(pass, options)
  }

  /**
   * Mattes a stream of frames, which may differ in size: in order, several at a time, in bounded memory. A frame lives
   * until the next one is asked for: see `Frame`. Rejects as `matte` does, with ERR_INPUT_LIMIT for a side above 8192, and
   * with what the source rejects with.
   * @example for await (const { alpha, timestamp } of matting.frames(source)) …
   * @example await pipeline(source, (frames) => matting.frames(frames), async (mattes) => …)
   */
  frames(source: FrameSource, options: FrameOptions = {}): AsyncGenerator<Frame, void, undefined> {
    return framesOf(source, this.schedule, options)
  }

  /** Pictures that the engines compute at the same time, at most: `concurrency` times the largest batch. */
  get atOnce(): number {
    return this.schedule.atOnce
  }

  /** What was done since it was opened: times by stage, batches, bytes, failures. */
  metrics(): MattingMetrics {
    return this.schedule.metrics()
  }

  /** Refuses new pictures at once; resolves when the last one has ended and all memory is back. */
  async dispose(): Promise<void> {
    await this.schedule.close()
    await disposeAll(this.chains)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose()
  }
}
