/** The chain of engines from a picture to its matte: pre → core → post, with nothing resized outside of them. */

import type { OpenOptions } from '../native.js'
import { allocateTensor, tensorOf, type Tensor } from '../tensor.js'
import { Session } from './session.js'

export type MatteType = 'uint8' | 'uint16' | 'float32'

/** Absolute paths of the ONNX files. */
export interface ChainFiles {
  readonly pre: string
  readonly core: string
  readonly post: Readonly<Record<MatteType, string>>
}

/** Milliseconds. */
export interface StageTimings {
  /** Waiting for an instance of each engine. */
  readonly queued: number
  readonly pre: number
  readonly core: number
  readonly post: number
}

export interface ChainResult {
  /** height × width, in the type that was asked for; 0 … 255, 0 … 65535 or 0 … 1. */
  readonly matte: Tensor
  readonly timings: StageTimings
}

export interface PictureTensor {
  /** height × width × 3, sRGB. */
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
}

export class Chain {
  private constructor(
    private readonly pre: Session,
    private readonly core: Session,
    private readonly post: Readonly<Record<MatteType, Session>>,
  ) {}

  static async open(files: ChainFiles, options: Omit<OpenOptions, 'model'>, signal?: AbortSignal): Promise<Chain> {
    const opened: Session[] = []
    const open = async (model: string): Promise<Session> => {
      const session = await Session.open({ ...options, model }, signal)
      opened.push(session)
      return session
    }
    try {
      const pre = await open(files.pre)
      const core = await open(files.core)
      const { uint8, uint16, float32 } = files.post
      const post = { uint8: await open(uint8), uint16: await open(uint16), float32: await open(float32) }
      return new Chain(pre, core, post)
    } catch (error) {
      await Promise.all(opened.map((session) => session.dispose()))
      throw error
    }
  }

  /** The picture's memory is leased until the promise settles. */
  async run(picture: PictureTensor, type: MatteType, signal?: AbortSignal): Promise<ChainResult> {
    const { data, width, height } = picture
    const image: Tensor = { dtype: 'uint8', shape: [height, width, 3], data }
    const [input, prepared] = [this.core.inputs[0]!, this.pre.outputs[0]!]
    const network = allocateTensor(input.dtype, input.shape)
    const preTimes = await this.pre.run({ image }, { [prepared.name]: network }, signal)

    const output = this.core.outputs[0]!
    const alpha = allocateTensor(output.dtype, output.shape)
    const coreTimes = await this.core.run({ [input.name]: network }, { [output.name]: alpha }, signal)

    const matte = allocateTensor(type, [height, width])
    const size = tensorOf('int64', [2], [height, width])
    const postTimes = await this.post[type].run({ alpha, size }, { matte }, signal)

    const queued = preTimes.queued + coreTimes.queued + postTimes.queued
    const timings = { queued, pre: preTimes.compute, core: coreTimes.compute, post: postTimes.compute }
    return { matte, timings }
  }

  /** Refuses new runs at once; resolves when the last one has ended and the memory is back. */
  async dispose(): Promise<void> {
    await Promise.all([this.pre, this.core, ...Object.values(this.post)].map((session) => session.dispose()))
  }
}
