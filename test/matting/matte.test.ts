/** What can be made of a matte, without a network: its alpha is drawn. */

import test from 'ava'
import sharp, { type Sharp } from 'sharp'
import { openPicture, type Alpha } from '#dist/image/index.js'
import { Matte } from '#dist/matting/index.js'
import { photo, scene, stored } from '../image/pictures.js'

const [width, height] = [120, 90]

const timings = { decode: 1, queued: 0, copyIn: 0, pre: 0, core: 0, post: 0, copyOut: 0 } as unknown as Matte['timings']

/** A disc with a soft rim, in the left half. */
function disc(columns = width, rows = height, depth: Alpha['depth'] = 'uchar'): Alpha {
  const max = depth === 'uchar' ? 255 : 65_535
  const kept = depth === 'uchar' ? Uint8Array : Uint16Array
  const share = (at: number): number => {
    const inside = rows / 4 - Math.hypot((at % columns) - columns / 3, Math.floor(at / columns) - rows / 2)
    return Math.min(1, Math.max(0, inside / 6 + 0.5))
  }
  const data = new kept(columns * rows)
  for (let at = 0; at < data.length; at++) data[at] = Math.round(max * share(at))
  return { data, width: columns, height: rows, channels: 1, depth }
}

async function matteOf(bytes: Buffer, alpha: Alpha, foreground = true): Promise<Matte> {
  return Matte.of(await openPicture(bytes), { alpha, timings }, { foreground })
}

test('a cut-out has the picture’s own samples where its alpha is hard, and everywhere without foreground', async (t) => {
  const bytes = await scene(width, height).png().toBuffer()
  const alpha = disc()
  const own = await scene(width, height).raw().toBuffer()
  const plain = await matteOf(bytes, alpha, false)
  t.deepEqual(
    await sharp(await plain.cutout().png().toBuffer())
      .removeAlpha()
      .raw()
      .toBuffer(),
    own,
  )
  t.is(plain.timings.foreground, undefined)

  const matte = await matteOf(bytes, alpha)
  t.true(matte.timings.foreground! >= 0)
  const cut = await sharp(await matte.cutout().png().toBuffer())
    .removeAlpha()
    .raw()
    .toBuffer()
  const isSoft = (at: number): boolean => alpha.data[Math.floor(at / 3)]! > 4 && alpha.data[Math.floor(at / 3)]! < 251
  t.true(cut.every((sample, at) => isSoft(at) || sample === own[at]))
  t.false(cut.equals(own))
})

test('a crop has every output of the subject’s rectangle, in each depth, turned or transparent', async (t) => {
  for (const [name, bytes, depth] of [
    ['8 bits', await scene(width, height).withIccProfile('p3').png().toBuffer(), 'uchar'],
    ['16 bits', await scene(width, height).toColourspace('rgb16').png().toBuffer(), 'ushort'],
    ['grey', await scene(width, height).greyscale().toColourspace('b-w').png().toBuffer(), 'uchar'],
    ['transparent', await scene(width, height).ensureAlpha(0.8).png().toBuffer(), 'uchar'],
    ['turned', await scene(height, width).withMetadata({ orientation: 6 }).png().toBuffer(), 'uchar'],
  ] as const) {
    const whole = await matteOf(bytes, disc(width, height, depth))
    const area = (await whole.subject({ margin: 0.1 }))!
    t.true(area.width < width / 2 + 10 && area.left < width / 3, name)
    const matte = await whole.crop({ margin: 0.1 })
    t.like(matte, { width: area.width, height: area.height }, name)
    const cropped = await matte.cutout().png().toBuffer()
    const wanted = sharp(await whole.cutout().png().toBuffer(), { ignoreIcc: true }).extract(area)
    const samples = (image: Sharp): Promise<Buffer> => image.toColourspace('srgb').raw().toBuffer()
    t.deepEqual(await samples(sharp(cropped, { ignoreIcc: true })), await samples(wanted), name)
    const { icc, depth: kept } = await sharp(cropped).metadata()
    t.deepEqual(icc, (await sharp(bytes).metadata()).icc, name)
    t.is(kept, depth, name)
    for (const image of [matte.alphaImage(), await matte.composite('blur'), await matte.trimap()]) {
      t.like(await sharp(await image.png().toBuffer()).metadata(), { width: area.width, height: area.height }, name)
    }
  }
})

test('without a subject the alpha is empty, the cut-out clear, and only a crop is refused', async (t) => {
  const empty = { ...disc(), data: new Uint8Array(width * height) }
  const matte = await matteOf(await scene(width, height).png().toBuffer(), empty)
  t.is(await matte.subject(), undefined)
  const { channels } = await sharp(await matte.cutout().png().toBuffer()).stats()
  t.is(channels[3]!.max, 0)
  await t.throwsAsync(matte.crop(), { code: 'ERR_SUBJECT_MISSING', message: /a Buffer of/ })
})

test('uncertainty and pseudo-depth are pictures where they are there, and refused where not', async (t) => {
  const picture = await openPicture(await scene(width, height).png().toBuffer())
  const bare = await Matte.of(picture, { alpha: disc(), timings })
  for (const image of ['uncertaintyImage', 'depthImage'] as const) {
    await t.throwsAsync(async () => bare[image](), { code: 'ERR_ARGUMENT' })
  }
  // Neither the least nor the greatest is whole.
  const depth = Float32Array.from({ length: 6 }, (_, at) => 0.75 + at / 8)
  const tensor = { dtype: 'float32', shape: [2, 3], data: new Uint8Array(depth.buffer) } as const
  const matte = await Matte.of(picture, {
    alpha: disc(),
    uncertainty: { ...disc(), mean: 0.1 },
    depth: tensor,
    timings,
  })
  t.like(await sharp(await matte.uncertaintyImage().png().toBuffer()).metadata(), { width, height, channels: 1 })
  const png = await (await matte.depthImage()).png().toBuffer()
  t.like(await sharp(png).metadata(), { width: 3, height: 2, channels: 1, depth: 'ushort' })
  const samples = await sharp(png).toColourspace('grey16').raw({ depth: 'ushort' }).toBuffer()
  t.deepEqual([...new Uint16Array(samples.buffer, samples.byteOffset, 6)], [0, 13_107, 26_214, 39_321, 52_428, 65_535])
})

test('metadata is stripped, or kept by choice, and the profile is always kept', async (t) => {
  const described = (image: Sharp): Sharp =>
    image
      .withExif({ IFD0: { Copyright: 'somebody', Orientation: '6' } })
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>')
  for (const [name, bytes, depth] of [
    ['P3', await described(scene(height, width).withIccProfile('p3')).jpeg().toBuffer(), 'uchar'],
    ['16 bits', await described(scene(height, width).toColourspace('rgb16')).png().toBuffer(), 'ushort'],
  ] as const) {
    for (const foreground of [true, false]) {
      const { width: columns, height: rows } = await openPicture(bytes)
      const matte = await matteOf(bytes, disc(columns, rows, depth), foreground)
      const icc = (await sharp(bytes).metadata()).icc
      const plain = await matte.cutout().png().toBuffer()
      t.like(await sharp(plain).metadata(), { exif: undefined, xmp: undefined, icc }, name)
      const kept = await (await matte.withMetadata(matte.cutout())).png().toBuffer()
      const told = await sharp(kept).metadata()
      t.like(told, { width: columns, height: rows, depth, icc }, name)
      t.true(told.exif!.includes('somebody'), name)
      t.truthy(told.xmp, name)
      t.true(told.orientation === undefined || told.orientation === 1, name)
      const samples = (image: Buffer): Promise<Buffer> => sharp(image, { ignoreIcc: true }).raw().toBuffer()
      t.deepEqual(await samples(kept), await samples(plain), name)
      const over = await matte.composite('white')
      const composite = await sharp(await (await matte.withMetadata(over)).jpeg().toBuffer()).metadata()
      t.true(composite.exif!.includes('somebody'), name)
      t.is(composite.icc, undefined, name)
    }
  }
  const silent = await matteOf(await sharp(photo).png().toBuffer(), disc(512, 512))
  t.is((await sharp(await (await silent.withMetadata(silent.cutout())).png().toBuffer()).metadata()).xmp, undefined)
})

test('grey results keep metadata too, and every sample', async (t) => {
  const described = (image: Sharp): Promise<Buffer> =>
    image
      .withExif({ IFD0: { Copyright: 'somebody' } })
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>')
      .png()
      .toBuffer()
  for (const [name, bytes, depth] of [
    ['colour', await described(scene(height, width)), 'uchar'],
    ['16 bits', await described(scene(height, width).toColourspace('rgb16')), 'ushort'],
    ['grey', await described(scene(height, width).greyscale().toColourspace('b-w')), 'uchar'],
  ] as const) {
    const { width: columns, height: rows } = await openPicture(bytes)
    const matte = await matteOf(bytes, disc(columns, rows, depth))
    const results = {
      alpha: matte.alphaImage(),
      trimap: await matte.trimap(),
      ...(name === 'grey' && { cutout: matte.cutout() }),
    }
    for (const [kind, image] of Object.entries(results)) {
      const plain = await image.png().toBuffer()
      const kept = await (await matte.withMetadata(image)).png().toBuffer()
      const [before, after] = [await sharp(plain).metadata(), await sharp(kept).metadata()]
      const { channels, space, depth: bits } = before
      t.like(after, { width: columns, height: rows, channels, space, depth: bits }, `${name} ${kind}`)
      t.true(after.exif!.includes('somebody'), `${name} ${kind}`)
      t.truthy(after.xmp, `${name} ${kind}`)
      t.deepEqual(await stored(kept), await stored(plain), `${name} ${kind}`)
    }
  }
})
