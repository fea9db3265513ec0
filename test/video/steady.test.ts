/** Alphas that flicker are steadied along the picture's motion, without trails; cuts begin anew. */

import test from 'ava'
import type { Frame, RawFrame } from '#dist/index.js'
import { framesOf } from '#dist/matting/frames.js'
import { Schedule } from '#dist/matting/schedule.js'
import { RedChain } from '../matting/red-chain.js'
import { errorOf, flickering, flickerOf, movingScene, throughFrames, type MovingScene } from './moving.js'

// Constants were chosen with seeds 1 to 4; these are others.
const scenes = [
  ['wires', 11],
  ['mesh', 12],
  ['hair', 13],
  ['soft', 14],
  ['glass', 15],
] as const

test.serial('smoothing halves the flicker of moving scenes and raises their error by at most 5 %', async (t) => {
  for (const [kind, seed] of scenes) {
    const scene = await movingScene(kind, seed, 128, 6)
    const mattes = flickering(scene, seed, 25)
    const frames = await throughFrames(scene, mattes, { steady: 'smooth' })
    const { raw, result } = flickerOf(frames)
    const alphas = frames.map(({ alpha }) => alpha)
    const error = errorOf(alphas, scene.alphas) / errorOf(mattes, scene.alphas)
    t.log(`${kind} ${seed}: flicker × ${(result / raw).toFixed(2)}, MAE × ${error.toFixed(3)}`)
    t.true(error <= 1.05, kind)
    t.true(result <= raw / 2, kind)
  }
})

test('frames to come make it steadier, and come in order, whole streams at the same time included', async (t) => {
  const scene = standing(7)
  const mattes = flickering(scene, 3, 30)
  const through = (lookAhead: number): Promise<readonly Frame[]> =>
    throughFrames(scene, mattes, { steady: 'smooth', lookAhead })
  const none = flickerOf(await through(0))
  const some = await through(2)
  t.deepEqual(
    some.map(({ index }) => index),
    [0, 1, 2, 3, 4, 5, 6],
  )
  const { raw, result } = flickerOf(some)
  t.is(raw, none.raw)
  t.true(result < 0.6 * none.result, `${result} and ${none.result}`)
  const others = await Promise.all([1, 2, 3, 4].map(() => through(2)))
  for (const frames of others) t.deepEqual(alphasOf(frames), alphasOf(some))
  t.deepEqual(alphasOf(await through(8)).length, 7, 'more frames ahead than there are')
})

test('frames to come end at a cut that the source tells of', async (t) => {
  const size = 64
  const frame = (value: number, isCut: boolean): RawFrame => {
    const data = new Uint8Array(3 * size * size).fill(value)
    return { data, width: size, height: size, format: 'rgb24', timestamp: 0, isCut }
  }
  const schedule = new Schedule(new RedChain(), { concurrency: 1, capacity: 100 })
  const source = [100, 100, 101, 101, 101].map((value, index) => frame(value, index === 2))
  const got: (readonly [number, boolean])[] = []
  for await (const { alpha, isCut } of framesOf(source, schedule, { steady: 'smooth', lookAhead: 3 })) {
    got.push([alpha[0]!, isCut])
  }
  t.deepEqual(
    got,
    [100, 100, 101, 101, 101].map((value, index) => [value, index === 2]),
  )
})

test('an error of the source comes after the frames that waited for others', async (t) => {
  const schedule = new Schedule(new RedChain(), { concurrency: 1, capacity: 100 })
  const { pictures } = standing(4)
  const source = async function* (): AsyncGenerator<RawFrame> {
    for (const [timestamp, data] of pictures.entries()) {
      yield await Promise.resolve({ data, width: 64, height: 64, format: 'rgb24' as const, timestamp })
    }
    throw new Error('the source is torn')
  }
  const got: number[] = []
  const reading = (async (): Promise<void> => {
    for await (const { index } of framesOf(source(), schedule, { steady: 'smooth', lookAhead: 3 })) got.push(index)
  })()
  await t.throwsAsync(reading, { message: 'the source is torn' })
  t.deepEqual(got, [0, 1, 2, 3])
})

test('a reader that leaves ends the frames that wait', async (t) => {
  const schedule = new Schedule(new RedChain(), { concurrency: 1, capacity: 100 })
  const { pictures } = standing(6)
  const source = pictures.map((data, timestamp): RawFrame => {
    return { data, width: 64, height: 64, format: 'rgb24', timestamp }
  })
  for await (const { index } of framesOf(source, schedule, { steady: 'smooth', lookAhead: 2 })) {
    if (index === 1) break
  }
  await schedule.close()
  t.is(schedule.metrics().running, 0)
})

test('measuring leaves every alpha as it is', async (t) => {
  const scene = standing(5)
  const mattes = flickering(scene, 3, 30)
  const frames = await throughFrames(scene, mattes, { steady: 'measure' })
  t.deepEqual(
    frames.map(({ alpha }) => [...alpha]),
    mattes.map((alpha) => [...alpha]),
  )
  const { raw, result } = flickerOf(frames)
  t.is(raw, result)
  // Uniform within ±30 of 255: its variance is a third of the square.
  t.true(Math.abs(raw / ((30 / 255) ** 2 / 3) - 1) < 0.15, `${raw}`)
})

test('an object that leaves no trail: where its picture was, the alpha is that of the frame alone', async (t) => {
  const size = 128
  const alphas = Array.from({ length: 6 }, (_, frame) =>
    Uint8Array.from({ length: size * size }, (_, at) => (inSquare(at, size, 10 + 9 * frame) ? 255 : 0)),
  )
  const pictures = alphas.map((alpha) =>
    Uint8Array.from({ length: 3 * size * size }, (_, at) => (alpha[Math.floor(at / 3)] ? 200 : 40 + (at % 7))),
  )
  const frames = await throughFrames({ size, pictures, alphas }, alphas, { steady: 'smooth' })
  t.is(
    errorOf(
      frames.map(({ alpha }) => alpha),
      alphas,
    ),
    0,
  )
})

test('a cut begins anew: nothing of the scene before is averaged in, and depth is made again', async (t) => {
  const chain = new RedChain()
  const schedule = new Schedule(chain, { concurrency: 1, capacity: 100 })
  const source = Array.from({ length: 10 }, (_, index): RawFrame => {
    const data = new Uint8Array(3 * 64 * 64).fill(index < 5 ? 20 : 220)
    return { data, width: 64, height: 64, format: 'rgb24', timestamp: index }
  })
  const cuts: number[] = []
  for await (const frame of framesOf(source, schedule, { steady: 'smooth', depthEvery: 4, inFlight: 2 })) {
    if (frame.isCut) cuts.push(frame.index)
    t.is(frame.alpha[99], frame.rgb[0])
  }
  t.deepEqual(cuts, [5])
  t.deepEqual(chain.depths, [undefined, 20, 20, 20, undefined, undefined, 220, 220, 220, undefined])
})

test('a camera that pans and frames of another size are no cuts', async (t) => {
  const schedule = new Schedule(new RedChain(), { concurrency: 1, capacity: 100 })
  const source = Array.from({ length: 12 }, (_, index): RawFrame => {
    const [width, height] = index < 8 ? [96, 64] : [48, 32]
    const scale = index < 8 ? 1 : 2
    const grey = (x: number): number => 128 + 100 * Math.sin((x * scale + 4 * index) / 9)
    const data = Uint8Array.from({ length: 3 * width * height }, (_, at) => grey(Math.floor(at / 3) % width))
    return { data, width, height, format: 'rgb24', timestamp: index }
  })
  for await (const frame of framesOf(source, schedule, { steady: 'measure' })) t.false(frame.isCut, `${frame.index}`)
})

test('what is no way to be steady is refused', async (t) => {
  const schedule = new Schedule(new RedChain(), { concurrency: 1, capacity: 100 })
  const frames = framesOf([], schedule, { steady: 'very' as 'smooth' })
  await t.throwsAsync(frames.next(), { code: 'ERR_ARGUMENT', message: /steady/ })
  for (const options of [
    { steady: 'smooth', lookAhead: 9 },
    { steady: 'smooth', lookAhead: 0.5 },
    { steady: 'measure', lookAhead: 1 },
  ] as const) {
    await t.throwsAsync(framesOf([], schedule, options).next(), { code: 'ERR_ARGUMENT', message: /lookAhead/ })
  }
})

function alphasOf(frames: readonly Frame[]): readonly Uint8Array[] {
  return frames.map(({ alpha }) => Uint8Array.from(alpha))
}

function inSquare(at: number, size: number, left: number): boolean {
  const x = at % size
  const y = Math.floor(at / size)
  return x >= left && x < left + 40 && y >= 30 && y < 80
}

/** A still picture whose alpha is half everywhere. */
function standing(frames: number): MovingScene {
  const size = 64
  const picture = Uint8Array.from({ length: 3 * size * size }, (_, at) => (at * 37) % 251)
  return {
    size,
    pictures: Array.from({ length: frames }, () => picture.slice()),
    alphas: Array.from({ length: frames }, () => new Uint8Array(size * size).fill(128)),
  }
}
