import test from 'ava'
import sharp from 'sharp'
import { openPicture, sizeWithin } from '#dist/image/index.js'
import { deepScene, largestDifference, scene } from './pictures.js'

test('a size within the largest side stays, and a larger one keeps its shape with no side below 1', (t) => {
  const within = (width: number, height: number) => {
    const size = sizeWithin({ width, height }, 8192)
    return [size.width, size.height]
  }
  t.deepEqual(within(8192, 8192), [8192, 8192])
  t.deepEqual(within(1, 1), [1, 1])
  t.deepEqual(within(12_000, 8000), [8192, 5461])
  t.deepEqual(within(8000, 12_000), [5461, 8192])
  t.deepEqual(within(8193, 8193), [8192, 8192])
  t.deepEqual(within(1, 32_768), [1, 8192])
  t.deepEqual(within(32_768, 3), [8192, 1])
  t.throws(() => sizeWithin({ width: 1, height: 1 }, 0), { code: 'ERR_ARGUMENT' })
})

test('what the network sees is shrunk as it is decoded: upright, without profile, alpha and 16 bits', async (t) => {
  const rotated = await scene(96, 64).withMetadata({ orientation: 6 }).jpeg({ quality: 100 }).toBuffer()
  const clear = await scene(96, 64).ensureAlpha(0).png().toBuffer()
  const deep = await deepScene(96, 64).png().toBuffer()
  for (const [name, bytes] of Object.entries({ rotated, clear, deep })) {
    const picture = await openPicture(bytes)
    const { width, height } = picture
    const size = { width: width / 2, height: height / 2 }
    const found = await picture.rgb(size)
    const raw = { width, height, channels: 3 } as const
    const whole = sharp(await picture.rgb(), { raw })
    const wanted = await whole.resize(size.width, size.height, { fit: 'fill' }).raw().toBuffer()
    // A JPEG may be decoded at half its size.
    const most = name === 'rotated' ? 24 : 1
    t.true(largestDifference(found, wanted) <= most, `${name}: ${largestDifference(found, wanted)}`)
  }
})
