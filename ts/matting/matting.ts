/** `Matting`: a model opened on a device, ready to matte pictures. */

import { addon } from '../native.js'
import type { PictureInput } from '../image/index.js'
import { largestSide, loadRecipe, type Recipe } from '../models/index.js'
import { Chain, chooseDevice, Queue, type DeviceChoice } from '../runtime/index.js'
import { librarySearch, prepareModel } from '../setup/index.js'
import { Store } from '../store/index.js'
import type { Matte } from './matte.js'
import { matteOf } from './pass.js'
import { testOnce } from './tested.js'
import { checkMatteOptions, checkMattingOptions, type MatteOptions, type MattingOptions } from './options.js'

export class Matting {
  private readonly queue: Queue

  private constructor(
    /** The model's recipe: its licence and where its weights come from, among others. */
    readonly model: Recipe,
    /** Which device runs it, and why. */
    readonly device: DeviceChoice,
    private readonly chain: Chain,
    options: MattingOptions,
  ) {
    const { concurrency = 1, queue: capacity = 1024 } = options
    // One picture more than the engine takes at a time, so that decoding overlaps with inference.
    this.queue = new Queue({ concurrency: concurrency + 1, capacity })
  }

  /**
   * Opens a model whose weights are in the store (`npx pdfnet-trt models add MODEL`).
   * Rejects with ERR_ARGUMENT, ERR_MODEL_UNKNOWN, ERR_MODEL_MISSING, ERR_DEVICE_MISSING, ERR_LIBRARY_MISSING,
   * ERR_SELF_TEST, an ERR_ONNX… or ERR_STORE… of the model's files, or ERR_ABORTED.
   */
  static async open(options: MattingOptions): Promise<Matting> {
    checkMattingOptions(options)
    const { model, weights, device = 'auto', concurrency = 1, threads = 0, signal } = options
    const recipe = loadRecipe(model)
    const store = await Store.open(options.store)
    const choice = chooseDevice(device, await addon().capabilities(await librarySearch(store)))
    const prepared = await prepareModel(
      store,
      recipe,
      { target: 'cpu', ...(weights !== undefined && { weights }) },
      options,
    )
    const { library, version } = choice
    const chain = await Chain.open(prepared.files, { engine: 'cpu', library, instances: concurrency, threads }, signal)
    try {
      await testOnce(store, chain, { graphs: prepared.key, device: choice.name, version }, options)
      return new Matting(recipe, choice, chain, options)
    } catch (error) {
      await chain.dispose()
      throw error
    }
  }

  /**
   * Mattes one picture. One with a side above 8192 is shrunk once for the engines, and its alpha enlarged; its timings
   * say so. Rejects with an ERR_INPUT… that names it, ERR_ARGUMENT, ERR_QUEUE_FULL, ERR_MEMORY, ERR_ENGINE_RUN,
   * ERR_DISPOSED or ERR_ABORTED; the matting goes on.
   */
  async matte(input: PictureInput, options: MatteOptions = {}): Promise<Matte> {
    checkMatteOptions(options)
    return this.queue.run(() => matteOf(input, this.chain, largestSide, options), options.signal)
  }

  /** Refuses new pictures at once; resolves when the last one has ended and all memory is back. */
  async dispose(): Promise<void> {
    await this.queue.close()
    await this.chain.dispose()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose()
  }
}
