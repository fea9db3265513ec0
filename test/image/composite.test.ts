import test from 'ava'
import sharp from 'sharp'
import { composite, cutAlpha, openPicture, parseBackground, type Alpha, type PictureInput } from '#dist/image/index.js'
import { failsWith, largestDifference, photo, ramp, scene } from './pictures.js'

/** Blending is computed in float and rounded once or twice. */
const blendTolerance = 1

/** Weights and means are rounded to 8 bits on the way. */
const blurTolerance = 4

async function over(input: PictureInput, background: PictureInput, alpha: (w: number, h: number) => Alpha = ramp) {
  const picture = await openPicture(input)
  const visible = await cutAlpha(picture, alpha(picture.width, picture.height))
  const { data, info } = await (
    await composite({ original: picture, colours: picture }, visible, background)
  )
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { data, info, visible }
}

function blend(front: Uint8Array, back: (index: number) => number, alpha: Alpha['data'], max: number): Uint8Array {
  return front.map((sample, i) => {
    const share = alpha[Math.floor(i / 3)]! / max
    return Math.round(sample * share + back(i) * (1 - share))
  })
}

test('a composite over a colour is the blend, opaque', async (t) => {
  const bytes = await scene().png().toBuffer()
  const front = await scene().raw().toBuffer()
  for (const [colour, rgb] of [
    ['#0f8', [0, 255, 136]],
    ['white', [255, 255, 255]],
    ['rgb(10, 20, 30)', [10, 20, 30]],
  ] as const) {
    const { data, info, visible } = await over(bytes, colour)
    t.is(info.channels, 3)
    const expected = blend(front, (i) => rgb[i % 3]!, visible.data, 255)
    t.true(largestDifference(data, expected) <= blendTolerance, colour)
  }
})

test('a composite over a picture covers it, cropped at the centre', async (t) => {
  const tall = await sharp(photo).resize(100, 300, { fit: 'fill' }).png().toBuffer()
  const back = await sharp(tall).resize(96, 64, { fit: 'cover' }).raw().toBuffer()
  const { data, visible } = await over(await scene().png().toBuffer(), tall)
  const expected = blend(await scene().raw().toBuffer(), (i) => back[i]!, visible.data, 255)
  t.true(largestDifference(data, expected) <= blendTolerance)
})

test('the colour profile, the depth and the own alpha of the picture are taken into account', async (t) => {
  const opaque = (width: number, height: number): Alpha => ({
    ...ramp(width, height),
    data: Buffer.alloc(width * height, 255),
  })
  const front = await scene().raw().toBuffer()
  const tagged = await scene().withIccProfile('p3').png().toBuffer()
  t.true(largestDifference((await over(tagged, 'black', opaque)).data, front) <= 2)

  const deep = await scene().toColourspace('rgb16').ensureAlpha(0.5).png().toBuffer()
  const half = blend(front, () => 0, Buffer.alloc(front.length / 3, 128), 255)
  t.true(largestDifference((await over(deep, 'black', opaque)).data, half) <= blendTolerance + 1)

  const grey = await over(await scene().greyscale().toColourspace('b-w').png().toBuffer(), 'red')
  t.is(grey.info.channels, 3)
})

test('over the blurred original nothing of the subject glows around it, and far from it the picture is itself, blurred', async (t) => {
  const [width, height] = [240, 160]
  // A red square on blue, cut out sharply.
  const inside = (at: number): boolean => {
    const [x, y] = [at % width, Math.floor(at / width)]
    return x >= 80 && x < 160 && y >= 40 && y < 120
  }
  const data = new Uint8Array(width * height * 3).map((_, at) =>
    inside(Math.floor(at / 3)) === (at % 3 === 0) ? 200 : 0,
  )
  const alpha = {
    ...ramp(width, height),
    data: new Uint8Array(width * height).map((_, at) => (inside(at) ? 255 : 0)),
  }
  const over5 = await over({ data, width, height, channels: 3 }, 'blur:5', () => alpha)
  const over40 = await over({ data, width, height, channels: 3 }, 'blur:40', () => alpha)
  for (const { data: result, info } of [over5, over40]) {
    t.like(info, { width, height, channels: 3 })
    t.true(largestDifference(result, data) <= blurTolerance, `${largestDifference(result, data)}`)
  }
  const shades = await scene(96, 64).png().toBuffer()
  const none = (w: number, h: number): Alpha => ({ ...ramp(w, h), data: new Uint8Array(w * h) })
  const wanted = await scene(96, 64).blur({ sigma: 3, minAmplitude: 0.01 }).raw().toBuffer()
  const { data: soft } = await over(shades, 'blur:3', none)
  t.true(largestDifference(soft, wanted) <= blurTolerance, `${largestDifference(soft, wanted)}`)
})

test('a background that is no colour is a path, and a colour must be opaque', async (t) => {
  t.deepEqual(parseBackground('rebeccapurple'), { kind: 'colour', colour: 'rebeccapurple' })
  t.deepEqual(parseBackground('#abc'), { kind: 'colour', colour: '#abc' })
  t.deepEqual(parseBackground('./white'), { kind: 'path', path: './white' })
  t.deepEqual(parseBackground('beach.jpg'), { kind: 'path', path: 'beach.jpg' })
  t.deepEqual(parseBackground('blur'), { kind: 'blur', sigma: undefined })
  t.deepEqual(parseBackground('blur:12.5'), { kind: 'blur', sigma: 12.5 })
  t.deepEqual(parseBackground('./blur'), { kind: 'path', path: './blur' })
  for (const text of ['', 'blur:', 'blur:0', 'blur:x', 'blur:9999']) {
    t.throws(() => parseBackground(text), { code: 'ERR_ARGUMENT' })
  }
  const bytes = await scene().png().toBuffer()
  await failsWith(t, over(bytes, '/nowhere/beach.jpg'), 'ERR_INPUT_MISSING')
  await failsWith(t, over(bytes, '#ffffff80'), 'ERR_ARGUMENT', /opaque/)
})
