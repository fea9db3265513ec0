/** Streams of frames, through a chain of which the matte of each pixel is its red. */

import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import type { Frame, RawFrame } from '#dist/index.js'
import { framesOf, type FrameOptions, type FrameSource } from '#dist/matting/frames.js'
import { Schedule } from '#dist/matting/schedule.js'
import { RedChain } from './red-chain.js'

function setUp(): { chain: RedChain; frames: (source: FrameSource, options?: FrameOptions) => AsyncGenerator<Frame> } {
  const chain = new RedChain()
  const schedule = new Schedule(chain, { concurrency: 2, capacity: 100 })
  return { chain, frames: (source, options) => framesOf(source, schedule, options) }
}

function raw(value: number, more: Partial<RawFrame> = {}): RawFrame {
  return { data: new Uint8Array(12).fill(value), width: 2, height: 2, format: 'rgb24', timestamp: value * 40, ...more }
}

function* count(frames: number): Generator<RawFrame> {
  for (let index = 0; index < frames; index++) yield raw(index)
}

test('frames come in order with their timestamps, several of them computed at the same time', async (t) => {
  const { chain, frames } = setUp()
  chain.milliseconds = 2
  const seen: number[][] = []
  for await (const { index, timestamp, alpha } of frames(count(40))) seen.push([index, timestamp, ...alpha])
  t.deepEqual(
    seen,
    Array.from({ length: 40 }, (_, index) => [index, index * 40, index, index, index, index]),
  )
  t.true(chain.batches.includes(2))
})

test('a frame is detached when the next one is asked for, unless it is retained', async (t) => {
  const { frames } = setUp()
  const all: Frame[] = []
  for await (const frame of frames(count(6))) {
    t.deepEqual([...(await frame.rgba()).subarray(0, 4)], Array<number>(4).fill(frame.index))
    all.push(frame.index === 3 ? frame.retain() : frame)
  }
  t.deepEqual(
    all.map(({ alpha }) => alpha.length),
    [0, 0, 0, 4, 0, 0],
  )
  t.deepEqual([...all[3]!.alpha], [3, 3, 3, 3])
  t.is(all[0]!.rgb.length, 12, "the caller's own memory is left alone")
})

test('a slow reader slows the source: no more frames are pulled than may be in flight', async (t) => {
  const { frames } = setUp()
  let pulled = 0
  const source = (function* () {
    for (const frame of count(100)) {
      pulled += 1
      yield frame
    }
  })()
  for await (const { index } of frames(source, { inFlight: 4 })) {
    await sleep(2)
    t.true(pulled <= index + 6, `${pulled} pulled at frame ${index}`)
    if (index === 20) break
  }
  t.true(pulled < 30)
})

test('frames are a stage of a pipeline', async (t) => {
  const { frames } = setUp()
  const timestamps: number[] = []
  await pipeline(
    Readable.from(count(10)),
    (source: AsyncIterable<RawFrame>) => frames(source),
    async (mattes: AsyncIterable<Frame>) => {
      for await (const { timestamp } of mattes) timestamps.push(timestamp)
    },
  )
  t.deepEqual(
    timestamps,
    Array.from({ length: 10 }, (_, index) => index * 40),
  )
})

test('a signal ends the stream at once, while it computes and while its source stalls', async (t) => {
  const { chain, frames } = setUp()
  chain.milliseconds = 60_000
  const error = { code: 'ERR_ABORTED', name: 'AbortError' }
  await t.throwsAsync(frames(count(10), { signal: AbortSignal.timeout(20) }).next(), error)
  t.is(chain.running, 0)
  const stalled = new Readable({ objectMode: true, read: () => undefined })
  await t.throwsAsync(frames(stalled, { signal: AbortSignal.timeout(20) }).next(), error)
  await t.throwsAsync(frames(count(10), { signal: AbortSignal.abort() }).next(), error)
})

test('who stops reading leaves nothing running, and the source is told', async (t) => {
  const { chain, frames } = setUp()
  chain.milliseconds = 5
  let ended = false
  const source = (function* () {
    try {
      yield* count(1000)
    } finally {
      ended = true
    }
  })()
  for await (const { index } of frames(source)) if (index === 3) break
  t.is(chain.running, 0)
  t.true(ended)
})

test('an error of a frame or of the source comes after the frames before it', async (t) => {
  const { chain, frames } = setUp()
  chain.failAt = 5
  let seen = 0
  const read = async (source: FrameSource): Promise<void> => {
    seen = 0
    for await (const { index } of frames(source)) seen = index + 1
  }
  await t.throwsAsync(read(count(20)), { message: /this frame fails/ })
  t.true(seen >= 4 && seen <= 5, 'its batch may have taken the one before it along')
  chain.failAt = Infinity
  const source = (function* () {
    yield* count(7)
    throw new Error('the source is damaged')
  })()
  await t.throwsAsync(read(source), { message: 'the source is damaged' })
  t.is(seen, 7)
})

test('one depth map serves as many frames as were asked for', async (t) => {
  const { chain, frames } = setUp()
  for await (const frame of frames(count(7), { depthEvery: 3, inFlight: 1 })) t.true(frame.alpha.length > 0)
  t.deepEqual(chain.depths, [undefined, 0, 0, undefined, 3, 3, undefined])
})

test('every format comes as RGB: RGBA exactly, greys of NV12 and I420 exactly, colours to one level', async (t) => {
  const { frames } = setUp()
  const grey = (format: 'nv12' | 'i420', range: 'full' | 'limited', luma: number): RawFrame => {
    const data = new Uint8Array(6).fill(128)
    return raw(0, { data: data.fill(luma, 0, 4), format, range })
  }
  const red709 = Uint8Array.from([63, 63, 63, 63, 102, 240])
  const odd = new Uint8Array(3 * 3 + 2 * 4).fill(128)
  const cases: readonly (readonly [RawFrame, readonly number[]])[] = [
    [raw(0, { data: Uint8Array.from({ length: 16 }, (_, i) => i), format: 'rgba' }), [0, 1, 2]],
    [grey('nv12', 'limited', 16), [0, 0, 0]],
    [grey('i420', 'limited', 235), [255, 255, 255]],
    [grey('i420', 'full', 77), [77, 77, 77]],
    [raw(0, { data: red709, format: 'nv12', matrix: 'bt709' }), [255, 0, 0]],
    [raw(0, { data: odd, width: 3, height: 3, format: 'i420', range: 'full' }), [128, 128, 128]],
  ]
  for (const [frame, wanted] of cases) {
    for await (const { rgb } of frames([frame])) {
      wanted.forEach((value, channel) => t.true(Math.abs(rgb[channel]! - value) <= 1, `${frame.format} ${channel}`))
    }
  }
})

test('what is no stream of frames is refused by name', async (t) => {
  const { frames } = setUp()
  const refused = async (source: unknown, message: RegExp, code = 'ERR_ARGUMENT'): Promise<void> => {
    await t.throwsAsync(frames(source as FrameSource).next(), { code, message })
  }
  await refused(7, /for source/)
  await refused([7], /a frame for frame 0/)
  await refused([raw(0, { width: 0 })], /width of frame 0/)
  await refused([raw(0, { width: 3 })], /18 bytes \(3×2 rgb24\) for data of frame 0, got "12 bytes"/)
  await refused([raw(0, { format: 'yuyv' as 'nv12' })], /format of frame 0/)
  await refused([raw(0, { timestamp: undefined as never })], /timestamp/)
  await refused([raw(0, { width: 9000, height: 1, data: new Uint8Array(27_000) })], /8192/, 'ERR_INPUT_LIMIT')
  await t.throwsAsync(frames([], { inFlight: 0 }).next(), { code: 'ERR_ARGUMENT', message: /inFlight/ })
})
