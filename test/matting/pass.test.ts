import test from 'ava'
import type { RawPicture } from '#dist/image/index.js'
import type { Infer } from '#dist/matting/inference.js'
import { matteOf } from '#dist/matting/pass.js'
import type { ChainItem, ChainResult } from '#dist/runtime/index.js'

/** An inference whose matte is the picture's red channel, and what it was given. */
function redInference(): { readonly infer: Infer; readonly runs: ChainItem[] } {
  const runs: ChainItem[] = []
  const infer = ({ picture, type }: ChainItem): Promise<ChainResult> => {
    runs.push({ picture, type })
    const { data, width, height } = picture
    const red = Uint8Array.from({ length: width * height }, (_, i) => data[i * 3]!)
    const bytes = type === 'uint16' ? new Uint8Array(Uint16Array.from(red, (sample) => sample * 257).buffer) : red
    const matte = { dtype: type, shape: [height, width], data: bytes }
    return Promise.resolve({ matte, timings: { queued: 0, copyIn: 0, pre: 0, core: 0, post: 0, copyOut: 0 }, batch: 1 })
  }
  return { infer, runs }
}

const sizes = (largest: number) => ({ input: { width: 16, height: 16 }, largest })

/** Red grows from left to right and from top to bottom. */
function slope(width: number, height: number): RawPicture {
  const data = new Uint8Array(width * height * 3)
  for (let i = 0; i < width * height; i++)
    data[i * 3] = Math.round(((i % width) / width + Math.floor(i / width) / height) * 127)
  return { data, width, height, channels: 3 }
}

test('a picture whose sides the engines take goes through as it is', async (t) => {
  const { infer, runs } = redInference()
  const picture = slope(120, 80)
  const matte = await matteOf(picture, infer, sizes(120), { foreground: false })
  t.like(runs[0], { type: 'uint8', picture: { width: 120, height: 80 } })
  t.true(matte.alpha.data.every((sample, i) => sample === picture.data[i * 3]))
  t.deepEqual(Object.keys(matte.timings), ['decode', 'queued', 'copyIn', 'pre', 'core', 'post', 'copyOut'])
})

test('a picture with a longer side is shrunk for them, and its alpha is its own size, in its place', async (t) => {
  for (const [width, height, seen] of [
    [150, 100, { width: 64, height: 43 }],
    [100, 150, { width: 43, height: 64 }],
    [250, 1, { width: 64, height: 1 }],
    [1, 250, { width: 1, height: 64 }],
  ] as const) {
    const { infer, runs } = redInference()
    const picture = slope(width, height)
    const matte = await matteOf(picture, infer, sizes(64), { foreground: false })
    t.like(runs[0], { type: 'uint16', picture: seen })
    t.is(runs[0]!.picture.data.length, seen.width * seen.height * 3)
    t.like(matte.alpha, { width, height, depth: 'uchar' })
    const errors = [...matte.alpha.data].map((sample, i) => Math.abs(sample - picture.data[i * 3]!))
    // The edges, which are repeated, differ by the slope of half a pixel of the small one.
    t.true(Math.max(...errors) <= 3, `${width}×${height}: ${Math.max(...errors)}`)
    const mean = errors.reduce((sum, one) => sum + one, 0) / errors.length
    t.true(mean < 0.6, `${width}×${height}: ${mean}`)
    t.deepEqual(Object.keys(matte.timings), [
      ...['decode', 'shrink', 'queued', 'copyIn', 'pre', 'core', 'post', 'copyOut', 'enlarge'],
    ])
  }
})

test('the alpha of a shrunk picture of 16 bits has 16 bits', async (t) => {
  const { infer, runs } = redInference()
  const { data, width, height } = slope(90, 60)
  const wide = Uint16Array.from(data, (sample) => sample * 257)
  const { alpha } = await matteOf({ data: wide, width, height, channels: 3 }, infer, sizes(50), { foreground: false })
  t.is(runs[0]!.type, 'uint16')
  t.like(alpha, { width, height, depth: 'ushort' })
  t.true(alpha.data instanceof Uint16Array)
  const off = [...alpha.data].map((sample, i) => Math.abs(sample - wide[i * 3]!))
  t.true(Math.max(...off) <= 3 * 257, `${Math.max(...off)}`)
})
