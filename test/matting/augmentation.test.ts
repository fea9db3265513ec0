/** Mirrored passes, the mean of their logits, and how uncertain a matte is. */

import test from 'ava'
import { averagePasses } from '#dist/matting/augmentation.js'
import { addon } from '#dist/native.js'
import type { ChainItem } from '#dist/runtime/index.js'
import { tensorOf } from '#dist/tensor.js'

const timings = { queued: 1, copyIn: 0, pre: 0, core: 5, post: 0, copyOut: 0 }
const item: ChainItem = {
  picture: { data: Uint8Array.from([1, 1, 1, 2, 2, 2, 3, 3, 3]), width: 3, height: 1 },
  type: 'uint16',
}
const matteOf = (values: readonly number[]) => {
  const data = new Uint8Array(Uint16Array.from(values).buffer)
  return { dtype: 'uint16', shape: [1, values.length], data } as const
}

test('The second pass is mirrored, with its depth, and its matte is mirrored back', async (t) => {
  const runs: ChainItem[] = []
  const depth = tensorOf('float32', [1, 3], [7, 8, 9])
  const {
    matte,
    mean,
    timings: sums,
  } = await averagePasses(
    { ...item, depth },
    (one) => {
      runs.push(one)
      return Promise.resolve({
        matte: matteOf(runs.length === 1 ? [0, 1000, 65_535] : [65_535, 1000, 0]),
        timings,
        batch: 1,
      })
    },
    { wantsMean: true },
  )
  t.deepEqual([...runs[1]!.picture.data], [3, 3, 3, 2, 2, 2, 1, 1, 1])
  t.deepEqual([...new Float32Array(Uint8Array.from(runs[1]!.depth!.data).buffer)], [9, 8, 7])
  t.deepEqual([...new Uint16Array(matte.data.buffer)], [0, 1000, 65_535])
  t.deepEqual([...mean!], [0, 1000, 65_535])
  t.like(sums, { queued: 2, core: 10 })
})

test('At several sizes each is matted as it is and mirrored, all with the depth that the first made', async (t) => {
  const runs: string[] = []
  const depth = tensorOf('float32', [1, 3], [7, 8, 9])
  const network = (name: string, share: number) => (one: ChainItem) => {
    const first = new Float32Array(Uint8Array.from(one.depth?.data ?? []).buffer)[0]
    runs.push(`${name}, red ${one.picture.data[0]!}, depth ${first ?? 'made'}`)
    const matte = matteOf([share, share, share])
    return Promise.resolve({ matte, timings, batch: 1, ...(!one.depth && { depth }) })
  }
  const [low, half, high] = [6554, 32_768, 58_981]
  const scaled = [network('small', low), network('large', high)]
  const { matte, mean, timings: sums } = await averagePasses(item, network('own', half), { scaled })
  t.deepEqual(runs, [
    'own, red 1, depth made',
    ...['small, red 1, depth 7', 'large, red 1, depth 7'],
    ...['own, red 3, depth 9', 'small, red 3, depth 9', 'large, red 3, depth 9'],
  ])
  for (const alpha of new Uint16Array(matte.data.buffer)) t.true(Math.abs(alpha - half) < 3, `${alpha}`)
  t.is(mean, undefined)
  t.like(sums, { core: 30 })
})

test('Where both are of two minds the mean of the logits decides, and the mean alpha shows it', async (t) => {
  let pass = 0
  const { matte, mean } = await averagePasses(
    item,
    () =>
      Promise.resolve({ matte: matteOf(pass++ === 0 ? [6554, 6554, 6554] : [58_981, 58_981, 0]), timings, batch: 1 }),
    { wantsMean: true },
  )
  const alpha = new Uint16Array(matte.data.buffer)
  // 0.1 with (mirrored) 0, 0.9 and 0.9.
  t.true(alpha[0]! < 100 && Math.abs(alpha[1]! - 32_768) < 3 && Math.abs(alpha[2]! - 32_768) < 3)
  t.true(Math.abs(mean![0]! - 3277) < 2 && Math.abs(mean![1]! - 32_768) < 3)
})

test('The entropy of alpha is 0 where it is certain and a bit where it is a half', async (t) => {
  const [target, mean] = [new Uint8Array(4), new Float64Array(1)]
  await addon().entropy(target, mean, Uint16Array.of(0, 65_535, 32_768, 6554))
  t.deepEqual([...target], [0, 0, 255, Math.round(255 * 0.469)])
  t.true(Math.abs(mean[0]! - (1 + 0.469) / 4) < 1e-4)
})

test('Sixteen bits become eight by rounding, all 65,536 of them', async (t) => {
  const source = Uint16Array.from({ length: 65_536 }, (_, i) => i)
  const target = new Uint8Array(65_536)
  await addon().narrow(target, source)
  t.deepEqual(
    target,
    Uint8Array.from(source, (sample) => Math.round(sample / 257)),
  )
})

test('What does not fit is refused before anything is written', async (t) => {
  const pixels = addon()
  const size = { width: 4, height: 2 }
  const refused = { code: 'ERR_ARGUMENT' }
  const outside = { left: 2, top: 0, width: 3, height: 1 }
  await t.throwsAsync(pixels.crop(new Uint8Array(9), new Uint8Array(24), size, outside, 3, false), refused)
  await t.throwsAsync(pixels.narrow(new Uint8Array(3), new Uint16Array(4)), refused)
  await t.throwsAsync(pixels.range(new Float64Array(2), new Float32Array(0)), refused)
  await t.throwsAsync(pixels.range(new Float64Array(1), new Float32Array(4)), refused)
  await t.throwsAsync(pixels.unsettled(new Float32Array(1), new Uint16Array(8), size, []), refused)
  const samples = new Uint16Array(8)
  const none = { start: 0, length: 0 }
  const place = { left: 0, top: 0, ...size, fromLeft: none, fromTop: none, fromRight: none, fromBottom: none }
  const agreement = { cell: 2, same: 0.2, other: 0.4, lost: 0.7, sure: 0.02, unsure: 0.1, flat: 0.2, steep: 0.5 }
  await t.throwsAsync(pixels.blendTile(samples, samples, new Uint16Array(8), size, place, agreement), refused)
  for (const wrong of [{ other: 0.2 }, { unsure: 0.02 }]) {
    const blended = pixels.blendTile(samples, new Uint16Array(8), new Uint16Array(8), size, place, {
      ...agreement,
      ...wrong,
    })
    await t.throwsAsync(blended, refused)
  }
})
