/** Foreground colours, on scenes whose foreground, background and alpha are known. */

import test from 'ava'
import sharp from 'sharp'
import { cutAlpha, cutout, foregroundOf, openPicture, type Alpha } from '#dist/image/index.js'
import { bytesOf, channelOf, failsWith, ramp, scene, stored } from './pictures.js'
import { drawScene, errorIn, kinds, type Scene, type SceneKind } from './scenes.js'

/** What is asked of the estimate: its error beside that of the picture's own colours. */
const mostOfPlain = 1 / 3

async function estimated({ colours, alpha, width, height }: Scene) {
  const picture = await openPicture({ data: colours, width, height, channels: 3 })
  const twin = await foregroundOf(picture, alpha)
  return (await twin.samples()).data
}

test('in the soft band the error of colours falls to a third of the plain cut-out on the mean of the scenes, in 8 and 16 bits', async (t) => {
  for (const depth of ['uchar', 'ushort'] as const) {
    const sums = { plain: 0, estimate: 0 }
    for (const kind of kinds) {
      const drawn = drawScene(kind, depth)
      const plain = errorIn(drawn, drawn.colours)
      const estimate = errorIn(drawn, await estimated(drawn))
      t.log(`${depth} ${kind}: ${plain.toFixed(4)} plain, ${estimate.toFixed(4)} estimated`)
      t.true(estimate < 0.6 * plain, kind)
      sums.plain += plain
      sums.estimate += estimate
    }
    t.true(sums.estimate <= mostOfPlain * sums.plain, `${sums.estimate / sums.plain}`)
  }
})

test('hair, meshes, soft and sharp edges are each within a third', async (t) => {
  for (const kind of kinds.filter((each): each is Exclude<SceneKind, 'glass'> => each !== 'glass')) {
    const drawn = drawScene(kind, 'uchar')
    const ratio = errorIn(drawn, await estimated(drawn)) / errorIn(drawn, drawn.colours)
    t.true(ratio <= mostOfPlain, `${kind}: ${ratio}`)
  }
})

test('outside the soft band every sample is the picture’s own', async (t) => {
  const drawn = drawScene('hair', 'uchar')
  const data = await estimated(drawn)
  const hard = drawn.alpha.data.map((alpha) => (alpha <= 4 || alpha >= 251 ? 1 : 0))
  t.true(data.every((sample, at) => hard[Math.floor(at / 3)] === 0 || sample === drawn.colours[at]))
  t.false(data.every((sample, at) => sample === drawn.colours[at]))
})

test('a profile, 16 bits and grey are kept', async (t) => {
  for (const [name, bytes, depth] of [
    ['P3', await scene().withIccProfile('p3').png().toBuffer(), 'uchar'],
    ['16 bits', await scene().toColourspace('rgb16').png().toBuffer(), 'ushort'],
    ['grey', await scene().greyscale().toColourspace('b-w').png().toBuffer(), 'uchar'],
    ['turned', await scene().withMetadata({ orientation: 6 }).jpeg().toBuffer(), 'uchar'],
  ] as const) {
    const picture = await openPicture(bytes)
    const { width, height } = picture
    const alpha = await cutAlpha(picture, ramp(width, height, depth))
    const png = await cutout(await foregroundOf(picture, alpha), alpha)
      .png()
      .toBuffer()
    const before = await sharp(bytes).metadata()
    const after = await sharp(png).metadata()
    t.like(after, { width, height, depth: before.depth, space: before.space, orientation: undefined }, name)
    t.deepEqual((await stored(png)).icc, (await stored(bytes)).icc, name)
    t.true((await channelOf(png, 'alpha', depth)).equals(bytesOf(alpha.data)), name)
  }
})

test('an alpha without a soft pixel changes nothing, and pictures of one pixel and one column work', async (t) => {
  for (const [width, height] of [
    [1, 1],
    [1, 700],
    [700, 1],
    [33, 65],
  ] as const) {
    const picture = await openPicture(await scene(width, height).png().toBuffer())
    const { data } = await picture.samples()
    const flat = (value: number): Alpha => ({
      ...ramp(width, height),
      data: new Uint8Array(width * height).fill(value),
    })
    for (const value of [0, 255]) {
      t.deepEqual((await (await foregroundOf(picture, flat(value))).samples()).data, data)
    }
    t.is((await (await foregroundOf(picture, flat(128))).samples()).data.length, data.length)
  }
})

test('a picture that is transparent keeps its colours, and one whose alpha is opaque does not', async (t) => {
  const alpha = ramp(96, 64)
  const clear = await openPicture(await scene().ensureAlpha(0.5).png().toBuffer())
  t.is(await foregroundOf(clear, alpha), clear)
  const opaque = await openPicture(await scene().ensureAlpha(1).png().toBuffer())
  t.false((await foregroundOf(opaque, alpha)).hasAlpha)
})

test('an alpha of another size is ERR_ARGUMENT, and an abort ends the wait', async (t) => {
  const picture = await openPicture(await scene().png().toBuffer())
  await failsWith(t, foregroundOf(picture, ramp(64, 96)), 'ERR_ARGUMENT', /96×64/)
  await failsWith(t, foregroundOf(picture, ramp(96, 64), AbortSignal.abort()), 'ERR_ABORTED')
})
