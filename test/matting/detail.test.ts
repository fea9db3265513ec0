/** Detail tiles: where they lie, which are looked at, and what of them is believed. */

import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { refine, type Refinement } from '#dist/matting/detail.js'
import type { Infer } from '#dist/matting/inference.js'
import { tileGrid } from '#dist/matting/tile-grid.js'
import type { Ramp } from '#dist/native.js'
import type { ChainItem } from '#dist/runtime/index.js'
import { tensorOf } from '#dist/tensor.js'

const timings = { queued: 0, copyIn: 0, pre: 0, core: 0, post: 0, copyOut: 0 }
const [width, height] = [200, 120]
const input = { width: 64, height: 64 }

function weightAt({ start, length }: Ramp, fromSide: number): number {
  if (length === 0) return 1
  const t = Math.min(1, Math.max(0, (fromSide + 0.5 - start) / length))
  return t * t * (3 - 2 * t)
}

test('The weights of all tiles add up to 1 at every pixel, whatever the size', (t) => {
  for (const length of [64, 65, 80, 111, 112, 113, 129, 200, 1000]) {
    const sums = new Float64Array(length)
    for (const { left, width: tile, fromLeft, fromRight } of tileGrid({ width: length, height: 1 }, input)) {
      t.true(left >= 0 && left + tile <= length)
      for (let x = 0; x < tile; x++) sums[left + x]! += weightAt(fromLeft, x) * weightAt(fromRight, tile - 1 - x)
    }
    t.true(
      sums.every((sum) => Math.abs(sum - 1) < 1e-9),
      `${length}`,
    )
  }
})

test('Tiles share at least a quarter, and a picture no larger than one has one', (t) => {
  const lefts = tileGrid({ width: 1000, height: 64 }, input).map(({ left }) => left)
  lefts.slice(1).forEach((left, index) => t.true(left - lefts[index]! <= 48))
  t.is(tileGrid(input, input).length, 1)
  t.like(tileGrid({ width: 30, height: 20 }, input)[0], { left: 0, top: 0, width: 30, height: 20 })
})

/** A step at the middle column: the truth is sharp, and what the whole picture gave is a slope 24 pixels wide. */
const truth = (x: number): number => (x < width / 2 ? 0 : 65_535)
const slope = (x: number): number => Math.round(65_535 * Math.min(1, Math.max(0, (x + 0.5 - width / 2) / 24 + 0.5)))

/** Each pixel's red sample is its column, so that a tile knows where it lies. */
function refinement(more: Partial<Refinement> = {}): Refinement {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => Math.floor(i / 3) % width)
  const coarse = Uint16Array.from({ length: width * height }, (_, i) => slope(i % width))
  return { picture: { data, width, height }, coarse, input, detail: 'auto', ...more }
}

function inferring(alphaAt: (column: number) => number, runs: ChainItem[] = []): Infer {
  return async (item) => {
    // Its memory is used again for another tile.
    const index = runs.push({ ...item, picture: { ...item.picture, data: Uint8Array.from(item.picture.data) } })
    // The later ones end first.
    await sleep(Math.max(0, 8 - index))
    const { data, width: columns, height: rows } = item.picture
    const alpha = Uint16Array.from({ length: columns * rows }, (_, i) => alphaAt(data[i * 3]!))
    const matte = { dtype: 'uint16', shape: [rows, columns], data: new Uint8Array(alpha.buffer) } as const
    return { matte, timings, batch: 1 }
  }
}

test('Only tiles with soft pixels are looked at, and they sharpen the edge', async (t) => {
  const runs: ChainItem[] = []
  const { alpha, timings: tiles } = await refine(refinement(), inferring(truth, runs))
  t.true(runs.length > 0 && runs.length < tileGrid({ width, height }, input).length)
  t.is(tiles.length, runs.length)
  const errors = Array.from(alpha, (sample, i) => Math.abs(sample - truth(i % width)))
  const before = Array.from(alpha, (_, i) => Math.abs(slope(i % width) - truth(i % width)))
  const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0)
  t.true(sum(errors) < sum(before) / 10, `${sum(errors)} of ${sum(before)}`)
})

test('A tile that loses or invents an object changes nothing', async (t) => {
  const wanted = refinement().coarse
  const whole = refinement({ coarse: new Uint16Array(width * height).fill(65_535), detail: 'full' })
  t.deepEqual(
    (
      await refine(
        whole,
        inferring(() => 0),
      )
    ).alpha,
    whole.coarse,
  )
  const none = refinement({ coarse: new Uint16Array(width * height), detail: 'full' })
  t.deepEqual(
    (
      await refine(
        none,
        inferring(() => 65_535),
      )
    ).alpha,
    none.coarse,
  )
  const { alpha } = await refine(
    refinement({ detail: 'full' }),
    inferring((x) => 65_535 - truth(x)),
  )
  const far = Array.from(alpha, (sample, i) => (Math.abs((i % width) - width / 2) > 40 ? sample - wanted[i]! : 0))
  t.true(far.every((difference) => difference === 0))
})

test('Where the coarse matte has no steep edge, as behind glass, a tile adds what is fine and leaves the mean', async (t) => {
  const coarse = new Uint16Array(width * height).fill(32_768)
  const stripes = (x: number): number => (x % 2 === 0 ? 22_000 : 30_000)
  const { alpha } = await refine(refinement({ coarse }), inferring(stripes))
  const inner = Array.from(alpha, (sample, i) => ({ sample, x: i % width })).filter(({ x }) => x >= 32 && x < 168)
  for (const { sample, x } of inner) t.true(Math.abs(sample - (x % 2 === 0 ? 28_768 : 36_768)) < 400, `${sample}`)
})

test('A net that is a sixth of the coarse matte is not lost where a tile shows none', async (t) => {
  const net = (x: number): number => (x % 6 === 0 ? 65_535 : 0)
  const coarse = Uint16Array.from({ length: width * height }, (_, i) => ((i % width) % 6 === 0 ? 60_000 : 2000))
  const { alpha } = await refine(
    refinement({ coarse, detail: 'full' }),
    inferring(() => 0),
  )
  t.deepEqual(alpha, coarse)
  const sharper = await refine(refinement({ coarse, detail: 'full' }), inferring(net))
  t.notDeepEqual(sharper.alpha, coarse)
})

test('A bar that the coarse matte is sure of does not become translucent where a tile is in doubt', async (t) => {
  const isBar = (x: number): boolean => x >= 70 && x < 130
  const coarse = Uint16Array.from({ length: width * height }, (_, i) => {
    const x = i % width
    return isBar(x) ? 65_535 : isBar(x - 1) || isBar(x + 1) ? 32_768 : 0
  })
  const { alpha } = await refine(
    refinement({ coarse, detail: 'full' }),
    inferring((x) => (isBar(x) ? 54_000 : 0)),
  )
  t.true(alpha.every((sample, i) => !isBar(i % width) || sample > 64_000))
})

test('A matte without soft pixels is given back without an inference, unless all tiles are asked for', async (t) => {
  const coarse = new Uint16Array(width * height)
  const runs: ChainItem[] = []
  t.is((await refine(refinement({ coarse }), inferring(truth, runs))).alpha, coarse)
  t.is(runs.length, 0)
  await refine(refinement({ coarse, detail: 'full' }), inferring(truth, runs))
  t.is(runs.length, tileGrid({ width, height }, input).length)
})

test('Each tile has its part of the depth map', async (t) => {
  const depth = tensorOf(
    'float32',
    [12, 20],
    Array.from({ length: 240 }, (_, i) => (i % 20) * 10),
  )
  const runs: ChainItem[] = []
  await refine(refinement({ depth, detail: 'full' }), inferring(truth, runs))
  for (const { picture, depth: part } of runs) {
    const first = new Float32Array(part!.data.buffer, part!.data.byteOffset, 1)[0]!
    const left = picture.data[0]!
    t.true(first <= left && left < first + 10, `${first} at ${left}`)
  }
})

test('What a tile rejects with, and an abort, end the whole', async (t) => {
  await t.throwsAsync(
    refine(refinement(), () => Promise.reject(new Error('lost'))),
    { message: 'lost' },
  )
  const signal = AbortSignal.abort()
  await t.throwsAsync(refine(refinement({ signal }), inferring(truth)), { code: 'ERR_ABORTED' })
})
