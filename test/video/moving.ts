/** Moving synthetic scenes with exact alphas, and mattes of them that flicker as a network's do. */

import type { Frame, RawFrame } from '#dist/index.js'
import { framesOf, type FrameOptions } from '#dist/matting/frames.js'
import { Schedule } from '#dist/matting/schedule.js'
import type { ChainItem, ChainResult } from '#dist/runtime/index.js'

export interface MovingScene {
  readonly size: number
  /** Height × width × 3. */
  readonly pictures: readonly Uint8Array[]
  /** True ones, 0 to 255. */
  readonly alphas: readonly Uint8Array[]
}

interface Planes {
  readonly alpha: Uint16Array
  readonly composite: Uint8Array
}

type RenderScene = (
  request: { kind: string; seed: number; size: number; frame: number },
  more: object,
) => Promise<Planes>

export async function movingScene(kind: string, seed: number, size: number, frames: number): Promise<MovingScene> {
  const url = new URL('../../../scripts/synthetic/render.mjs', import.meta.url)
  const { renderScene } = (await import(url.href)) as { renderScene: RenderScene }
  const pictures: Uint8Array[] = []
  const alphas: Uint8Array[] = []
  for (let frame = 0; frame < frames; frame++) {
    const { alpha, composite } = await renderScene({ kind, seed, size, frame }, { motion: true })
    pictures.push(Uint8Array.from(composite))
    alphas.push(Uint8Array.from(alpha, (value) => Math.round(value / 257)))
  }
  return { size, pictures, alphas }
}

/** Soft and near-soft alphas are off by up to `most` of 255, anew in each frame. */
export function flickering({ alphas }: MovingScene, seed: number, most: number): readonly Uint8Array[] {
  let state = seed
  const random = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
  return alphas.map((alpha) =>
    alpha.map((value) => {
      const isSettled = value === 0 || value === 255
      return isSettled ? value : Math.min(255, Math.max(0, Math.round(value + (random() * 2 - 1) * most)))
    }),
  )
}

/** The frames' alphas after what the options ask for, where the engines give these mattes. */
export async function throughFrames(
  { size, pictures }: MovingScene,
  mattes: readonly Uint8Array[],
  options: FrameOptions,
): Promise<readonly Frame[]> {
  const run = (items: readonly ChainItem[]): Promise<readonly ChainResult[]> => {
    const results = items.map(({ picture, into }) => {
      into!.set(mattes[pictures.findIndex((one) => one === picture.data)]!)
      const timings = { queued: 0, pre: 0, core: 0, post: 0, copyIn: 0, copyOut: 0 }
      return { matte: { dtype: 'uint8', shape: [size, size], data: into! } as const, timings, batch: items.length }
    })
    return Promise.resolve(results)
  }
  const schedule = new Schedule({ run, sizes: [1] }, { concurrency: 1, capacity: 100 })
  const source = pictures.map((data, timestamp): RawFrame => ({
    data,
    width: size,
    height: size,
    format: 'rgb24',
    timestamp,
  }))
  const frames: Frame[] = []
  for await (const frame of framesOf(source, schedule, options)) frames.push(frame.retain())
  return frames
}

/** Mean |Δα| against the truth, 0 to 255. */
export function errorOf(alphas: readonly Uint8Array[], truths: readonly Uint8Array[]): number {
  const sums = alphas.map((alpha, frame) => {
    const truth = truths[frame]!
    return alpha.reduce((sum, value, index) => sum + Math.abs(value - truth[index]!), 0) / alpha.length
  })
  return sums.reduce((sum, value) => sum + value, 0) / sums.length
}

/** Variances in the static band, before and after. */
export function flickerOf(frames: readonly Frame[]): { readonly raw: number; readonly result: number } {
  const sum = (of: (frame: Frame) => number): number => frames.reduce((total, frame) => total + of(frame), 0)
  const pixels = sum(({ steadiness }) => steadiness!.pixels)
  return {
    raw: sum(({ steadiness }) => steadiness!.raw) / pixels,
    result: sum(({ steadiness }) => steadiness!.result) / pixels,
  }
}
