import test from 'ava'
import sharp from 'sharp'
import { openPicture } from '#dist/image/index.js'
import { deepScene, largestDifference, scene } from './pictures.js'

/** Two conversions by a colour management, each rounded to 8 bits. */
const profileTolerance = 2

async function seen(bytes: Buffer): Promise<Uint8Array> {
  const picture = await openPicture(bytes)
  const rgb = await picture.rgb()
  if (rgb.length !== picture.width * picture.height * 3) throw new Error('not height × width × 3')
  return rgb
}

test('lossless encodings give their samples exactly', async (t) => {
  const expected = await scene().raw().toBuffer()
  const encodings = [
    scene().png(),
    scene().png({ progressive: true }),
    scene().webp({ lossless: true }),
    scene().tiff({ compression: 'lzw' }),
    scene().toColourspace('rgb16').png(),
    scene().toColourspace('rgb16').tiff({ compression: 'deflate' }),
  ]
  for (const image of encodings) t.deepEqual(Buffer.from(await seen(await image.toBuffer())), expected)
})

test('grey, palette and 1-bit pictures become three channels', async (t) => {
  const grey = await scene().greyscale().toColourspace('b-w').raw().toBuffer()
  const tripled = Buffer.from(Array.from(grey).flatMap((value) => [value, value, value]))
  t.deepEqual(Buffer.from(await seen(await scene().greyscale().toColourspace('b-w').png().toBuffer())), tripled)
  t.deepEqual(Buffer.from(await seen(await scene().greyscale().toColourspace('grey16').png().toBuffer())), tripled)

  for (const colours of [2, 16]) {
    const palette = await scene().png({ palette: true, colours }).toBuffer()
    t.deepEqual(Buffer.from(await seen(palette)), await sharp(palette).toColourspace('srgb').raw().toBuffer())
  }
  const bilevel = scene().greyscale().threshold().toColourspace('b-w').tiff({ bitdepth: 1, compression: 'ccittfax4' })
  t.deepEqual([...new Set(await seen(await bilevel.toBuffer()))].sort(), [0, 255])
})

test('a colour profile is applied, in 8 and in 16 bits', async (t) => {
  const plain = await scene().raw().toBuffer()
  const p3 = await scene().withIccProfile('p3').png().toBuffer()
  const deep = await sharp(p3).keepIccProfile().toColourspace('rgb16').png().toBuffer()
  t.true(largestDifference(plain, await sharp(p3, { ignoreIcc: true }).raw().toBuffer()) > 10, 'the profile matters')
  t.true(largestDifference(plain, await seen(p3)) <= profileTolerance)
  t.true(largestDifference(plain, await seen(deep)) <= profileTolerance)
})

test('CMYK is converted', async (t) => {
  const cmyk = await scene().toColourspace('cmyk').jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer()
  const picture = await openPicture(cmyk)
  t.is(picture.depth, 'uchar')
  const rgb = await picture.rgb()
  const plain = await scene().raw().toBuffer()
  const mean = rgb.reduce((sum, sample, i) => sum + Math.abs(sample - plain[i]!), 0) / rgb.length
  t.true(mean < 12, `mean difference ${mean}: print cannot hold every colour, but it is the same picture`)
})

test('transparency is flattened over mid-grey, in 8 and in 16 bits', async (t) => {
  const clear = { create: { width: 2, height: 1, channels: 4, background: { r: 200, g: 0, b: 0, alpha: 0 } } } as const
  for (const space of ['srgb', 'rgb16'] as const) {
    t.deepEqual(
      [...(await seen(await sharp(clear).toColourspace(space).png().toBuffer()))],
      [128, 128, 128, 128, 128, 128],
    )
    const half = sharp({ create: { ...clear.create, background: { r: 255, g: 0, b: 128, alpha: 0.5 } } })
    const [r, g, b] = await seen(await half.toColourspace(space).png().toBuffer())
    t.true(largestDifference(Uint8Array.of(r!, g!, b!), Uint8Array.of(192, 64, 128)) <= 1, `${r},${g},${b}`)
  }
  const greyAlpha = await scene().greyscale().toColourspace('b-w').ensureAlpha(0).png().toBuffer()
  t.deepEqual(new Set(await seen(greyAlpha)), new Set([128]))
})

test('every EXIF orientation comes upright, in pixels and in sizes', async (t) => {
  for (let orientation = 1; orientation <= 8; orientation++) {
    const bytes = await scene(30, 20).withMetadata({ orientation }).png().toBuffer()
    const picture = await openPicture(bytes)
    const upright = await sharp(bytes).autoOrient().raw().toBuffer({ resolveWithObject: true })
    t.deepEqual([picture.width, picture.height], orientation < 5 ? [30, 20] : [20, 30])
    t.deepEqual([upright.info.width, upright.info.height], [picture.width, picture.height])
    t.deepEqual(Buffer.from(await picture.rgb()), upright.data)
    t.deepEqual(await picture.pixels().raw().toBuffer(), upright.data)
  }
})

test('of an animation it is the first frame', async (t) => {
  const frames = await Promise.all(
    ['#ff0000', '#0000ff'].map((background) =>
      sharp({ create: { width: 16, height: 12, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  )
  for (const format of ['gif', 'webp'] as const) {
    const bytes = await sharp(frames, { join: { animated: true } })
      .toFormat(format, { lossless: true })
      .toBuffer()
    t.is((await sharp(bytes).metadata()).pages, 2)
    const picture = await openPicture(bytes)
    t.deepEqual([picture.width, picture.height], [16, 12])
    t.deepEqual([...(await picture.rgb()).subarray(0, 3)], [255, 0, 0])
  }
})

test('the smallest and the thinnest pictures work', async (t) => {
  for (const [width, height] of [
    [1, 1],
    [1, 8000],
    [8000, 1],
  ] as const) {
    for (const format of ['png', 'jpeg', 'tiff', 'webp'] as const) {
      t.is((await seen(await scene(width, height).toFormat(format).toBuffer())).length, width * height * 3)
    }
  }
})

test('AVIF of 10 bits keeps its depth', async (t) => {
  const picture = await openPicture(await scene().avif({ bitdepth: 10, effort: 0, lossless: true }).toBuffer())
  t.is(picture.depth, 'ushort')
  t.true(largestDifference(await picture.rgb(), await scene().raw().toBuffer()) <= 3)
})

test('the own alpha comes in the own depth', async (t) => {
  t.is(await (await openPicture(await scene().png().toBuffer())).ownAlpha(), undefined)

  const half = await (await openPicture(await scene().ensureAlpha(0.5).png().toBuffer())).ownAlpha()
  t.true(half instanceof Uint8Array)
  t.deepEqual(new Set(half), new Set([127]))

  const deep = await openPicture(await deepScene(8, 4, 4).png().toBuffer())
  const alpha = await deep.ownAlpha()
  t.true(alpha instanceof Uint16Array)
  t.is(alpha?.length, 32)
  t.true(new Set(alpha).size > 20)
})
