import test, { type ExecutionContext } from 'ava'
import sharp from 'sharp'
import {
  alphaImage,
  cutAlpha,
  cutout,
  openPicture,
  type Alpha,
  type Depth,
  type PictureInput,
} from '#dist/image/index.js'
import { bytesOf, channelOf, deepScene, failsWith, ramp, scene, stored } from './pictures.js'

async function cut(input: PictureInput, alpha: (width: number, height: number) => Alpha) {
  const picture = await openPicture(input)
  const visible = await cutAlpha(picture, alpha(picture.width, picture.height))
  return { picture, visible, png: await cutout(picture, visible).png().toBuffer() }
}

/** The first channels of a cut-out are the original's, sample for sample; its alpha and its profile are as they should be. */
async function keeps(t: ExecutionContext, original: Buffer, depth: Depth, message: string) {
  const { visible, png } = await cut(original, (width, height) => ramp(width, height, depth))
  const [before, after] = await Promise.all([stored(original), stored(png)])
  const rgb = sharp(png, { ignoreIcc: true }).removeAlpha()
  const { space } = await sharp(png).metadata()
  const colours = await (space === 'b-w' ? rgb : rgb.toColourspace(space)).raw({ depth }).toBuffer()
  t.true(colours.equals(before.data), `${message}: colours`)
  t.true((await channelOf(png, 'alpha', depth)).equals(bytesOf(visible.data)), `${message}: alpha`)
  t.deepEqual(after.icc, before.icc, `${message}: profile`)
}

test('an 8-bit cut-out keeps every sample, the profile and the given alpha', async (t) => {
  await keeps(t, await scene().png().toBuffer(), 'uchar', 'PNG')
  await keeps(t, await scene().jpeg().toBuffer(), 'uchar', 'JPEG')
  await keeps(t, await scene().webp().toBuffer(), 'uchar', 'WebP')
  await keeps(t, await scene().withIccProfile('p3').png().toBuffer(), 'uchar', 'PNG with P3')
  await keeps(t, await scene().withIccProfile('p3').jpeg().toBuffer(), 'uchar', 'JPEG with P3')
  await keeps(t, await scene().greyscale().toColourspace('b-w').png().toBuffer(), 'uchar', 'grey')
})

test('a 16-bit cut-out keeps every sample, the profile and the given alpha', async (t) => {
  await keeps(t, await deepScene().png().toBuffer(), 'ushort', 'PNG')
  await keeps(t, await deepScene().tiff({ compression: 'lzw' }).toBuffer(), 'ushort', 'TIFF')
  await keeps(t, await deepScene(96, 64, 1).png().toBuffer(), 'ushort', 'grey')
  const p3 = await scene().withIccProfile('p3').png().toBuffer()
  const tagged = await sharp(p3).keepIccProfile().toColourspace('rgb16').linear(0.7, 1234).png().toBuffer()
  t.truthy((await sharp(tagged).metadata()).icc)
  await keeps(t, tagged, 'ushort', 'P3')
})

test('a cut-out of each EXIF orientation keeps every sample, upright, and carries no orientation', async (t) => {
  for (let orientation = 1; orientation <= 8; orientation++) {
    const original = await scene(31, 17).withMetadata({ orientation }).withIccProfile('p3').png().toBuffer()
    const { png, picture } = await cut(original, ramp)
    const upright = await sharp(original, { ignoreIcc: true }).autoOrient().raw().toBuffer()
    const metadata = await sharp(png).metadata()
    t.deepEqual([metadata.width, metadata.height, metadata.orientation], [picture.width, picture.height, undefined])
    t.true(upright.equals(await sharp(png, { ignoreIcc: true }).removeAlpha().raw().toBuffer()))
    t.deepEqual(metadata.icc, (await sharp(original).metadata()).icc)
  }
})

test('the own alpha is multiplied in, and the colours under it are kept', async (t) => {
  for (const depth of ['uchar', 'ushort'] as const) {
    const max = depth === 'uchar' ? 255 : 65_535
    const tagged = scene().withIccProfile('p3').ensureAlpha(0.5)
    const original = depth === 'uchar' ? await tagged.png().toBuffer() : await deepScene(40, 30, 4).png().toBuffer()
    const { picture, png } = await cut(original, (width, height) => ramp(width, height, depth))
    const own = (await picture.ownAlpha())!
    const given = ramp(picture.width, picture.height, depth).data
    const expected = own.map((sample, i) => Math.round((sample * given[i]!) / max))
    t.true((await channelOf(png, 'alpha', depth)).equals(bytesOf(expected)), `${depth}: alpha`)
    for (const channel of [0, 1, 2]) {
      t.true(
        (await channelOf(png, channel, depth)).equals(await channelOf(original, channel, depth)),
        `${depth}: colours`,
      )
    }
    t.deepEqual((await sharp(png).metadata()).icc, (await sharp(original).metadata()).icc)
  }
})

test('grey with alpha stays grey with alpha', async (t) => {
  const original = await scene().greyscale().toColourspace('b-w').ensureAlpha(0.25).png().toBuffer()
  const { png } = await cut(original, (width, height) => ({
    ...ramp(width, height),
    data: Buffer.alloc(width * height, 255),
  }))
  t.like(await sharp(png).metadata(), { space: 'b-w', channels: 2, hasAlpha: true })
  t.true((await channelOf(png, 0, 'uchar')).equals(await channelOf(original, 0, 'uchar')))
  t.true((await channelOf(png, 'alpha', 'uchar')).equals(await channelOf(original, 'alpha', 'uchar')))
})

test('an alpha of the other depth keeps its ends: opaque stays opaque', async (t) => {
  const deep = await cut(await deepScene(16, 16).png().toBuffer(), (width, height) => ramp(width, height, 'uchar'))
  t.is(deep.visible.depth, 'ushort')
  t.deepEqual([...deep.visible.data.slice(0, 2), deep.visible.data[255]], [0, 257, 65_535])
  const flat = await cut(await scene(16, 16).png().toBuffer(), (width, height) => ramp(width, height, 'ushort'))
  t.is(flat.visible.depth, 'uchar')
  t.deepEqual([flat.visible.data[0], flat.visible.data[255]], [0, 255])
})

test('CMYK, raw pixels and sharp pipelines can be cut out', async (t) => {
  const cmyk = await cut(await scene().toColourspace('cmyk').jpeg().toBuffer(), ramp)
  t.like(await sharp(cmyk.png).metadata(), { space: 'srgb', channels: 4, hasProfile: false })

  const data = Uint16Array.from({ length: 12 * 10 * 3 }, (_, i) => i * 181)
  const raw = await cut({ data, width: 12, height: 10, channels: 3 }, (width, height) => ramp(width, height, 'ushort'))
  const colours = await sharp(raw.png).removeAlpha().toColourspace('rgb16').raw({ depth: 'ushort' }).toBuffer()
  t.true(colours.equals(bytesOf(data)))

  const pipeline = scene().withIccProfile('p3')
  const piped = await cut(pipeline, ramp)
  const { icc, data: same } = await stored(await pipeline.clone().png().toBuffer())
  t.deepEqual((await sharp(piped.png).metadata()).icc, icc)
  t.true(same.equals(await sharp(piped.png, { ignoreIcc: true }).removeAlpha().raw().toBuffer()))
})

test('an alpha of another size or kind is ERR_ARGUMENT', async (t) => {
  const picture = await openPicture(await scene().png().toBuffer())
  await failsWith(t, cutAlpha(picture, ramp(64, 96)), 'ERR_ARGUMENT', /96×64/)
  const short = { ...ramp(96, 64), data: new Uint8Array(7) }
  t.throws(() => alphaImage(short), { code: 'ERR_ARGUMENT' })
  t.throws(() => alphaImage({ ...ramp(96, 64), depth: 'ushort' }), { code: 'ERR_ARGUMENT' })
  const clear = await openPicture(await scene().ensureAlpha(0.5).png().toBuffer())
  t.throws(() => cutout(clear, ramp(96, 64)), { code: 'ERR_ARGUMENT', message: /cutAlpha/ })
})

test('an alpha alone is a picture of one channel and of its depth', async (t) => {
  for (const depth of ['uchar', 'ushort'] as const) {
    const alpha = ramp(20, 13, depth)
    const png = await alphaImage(alpha).png().toBuffer()
    t.like(await sharp(png).metadata(), { width: 20, height: 13, channels: 1, depth })
    t.true((await channelOf(png, 0, depth)).equals(bytesOf(alpha.data)))
  }
})
