/** Depth that is given: read as floats whatever it comes as, and refused where it is none. */

import test from 'ava'
import sharp from 'sharp'
import { readDepth, type DepthInput } from '#dist/matting/given-depth.js'

const picture = { width: 400, height: 200 }
const raw = { width: 40, height: 20, channels: 1 } as const
const ramp = Float32Array.from({ length: 800 }, (_, i) => i)

async function floatsOf(input: DepthInput): Promise<Float32Array> {
  const { data, dtype, shape } = await readDepth(input, picture, {})
  if (dtype !== 'float32' || shape.join() !== '20,40') throw new Error(`${dtype} ${shape.join()}`)
  return new Float32Array(data.buffer, data.byteOffset, 800)
}

test('Floats are taken as they are, without a copy', async (t) => {
  t.is((await floatsOf({ data: ramp, width: 40, height: 20 })).buffer, ramp.buffer)
})

test('Pictures of 8 and 16 bits keep their samples', async (t) => {
  const narrow = Uint8Array.from(ramp, (value) => value / 4)
  const eight = await sharp(narrow, { raw }).toColourspace('b-w').png().toBuffer()
  t.deepEqual(await floatsOf(eight), Float32Array.from(narrow))
  const wide = Uint16Array.from(ramp, (value) => value * 80)
  const sixteen = await sharp(wide, { raw }).toColourspace('grey16').png().toBuffer()
  t.deepEqual(await floatsOf(sixteen), Float32Array.from(wide))
})

test('A map whose samples differ by less than 1 says something of depth', async (t) => {
  const fine = Float32Array.from(ramp, (value) => 0.1 + value / 1000)
  t.deepEqual(await floatsOf({ data: fine, width: 40, height: 20 }), fine)
})

test('Another shape, samples that are no numbers, and a flat map are refused', async (t) => {
  const code = 'ERR_INPUT_DEPTH'
  await t.throwsAsync(readDepth({ data: ramp, width: 20, height: 40 }, picture, {}), {
    code,
    message: /20×40.*400×200/,
  })
  const broken = Float32Array.from(ramp)
  for (const value of [NaN, Infinity, -Infinity]) {
    broken[399] = value
    await t.throwsAsync(floatsOf({ data: broken, width: 40, height: 20 }), { code, message: /finite/ })
  }
  for (const value of [3, 0.5]) {
    await t.throwsAsync(floatsOf({ data: new Float32Array(800).fill(value), width: 40, height: 20 }), {
      code,
      message: new RegExp(`${value} everywhere`),
    })
  }
})

test('Sizes that do not fit the data are bad arguments', async (t) => {
  await t.throwsAsync(floatsOf({ data: ramp, width: 40, height: 21 }), { code: 'ERR_ARGUMENT' })
  await t.throwsAsync(floatsOf({ data: ramp, width: 0, height: 20 }), { code: 'ERR_ARGUMENT' })
})
