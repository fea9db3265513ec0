/** What goes into a chain, and what comes out of it. */

import type { Tensor } from '../tensor.js'

export type MatteType = 'uint8' | 'uint16' | 'float32'

export interface Size {
  readonly width: number
  readonly height: number
}

export interface PictureTensor extends Size {
  /** height × width × 3, sRGB. */
  readonly data: Uint8Array
}

export interface ChainItem {
  readonly picture: PictureTensor
  /** Of the matte. */
  readonly type: MatteType
  /** Memory that the matte is written to, of exactly its size. @default new memory */
  readonly into?: Uint8Array
  /** Pseudo-depth, float32 [height, width] of any size and range, in place of the depth network's. */
  readonly depth?: Tensor
  /** Whether the depth network's map is given back. */
  readonly wantDepth?: boolean
}

/** Milliseconds; of the core, for the whole batch. */
export interface StageTimings {
  /** Waiting for an instance. */
  readonly queued: number
  /** The picture, to the device's memory; 0 on the CPU device. */
  readonly copyIn: number
  readonly pre: number
  /** Only where the chain has a depth network, and what makes its input and takes its output. */
  readonly depth?: number
  readonly core: number
  readonly post: number
  /** The matte, from the device's memory. */
  readonly copyOut: number
}

export interface ChainResult {
  /** height × width, in the type that was asked for; 0 … 255, 0 … 65535 or 0 … 1. */
  readonly matte: Tensor
  /** Pseudo-depth as the network gave it, float32 [height, width] of its own size, where it was asked for. */
  readonly depth?: Tensor
  readonly timings: StageTimings
  /** Pictures that were computed together. */
  readonly batch: number
}
