/** Maps as floats: in the samples' own range, whatever file they come in. */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import sharp from 'sharp'
import { readFloats, type PictureInput } from '#dist/image/index.js'
import { failsWith, temporaryFolder } from './pictures.js'

const values = [-5, 0.25, 1000.5, 1e6, 3, 2]

/** A .npy file, as numpy.save writes it. */
function npy(kind: string, shape: string, data: Uint8Array, version = 1, order = 'False'): Buffer {
  const text = `{'descr': '${kind}', 'fortran_order': ${order}, 'shape': (${shape}), }`
  const start = version === 1 ? 10 : 12
  const header = text.padEnd(Math.ceil((start + text.length + 1) / 64) * 64 - start - 1) + '\n'
  const head = Buffer.alloc(start)
  head.write('\x93NUMPY', 'latin1')
  head[6] = version
  if (version === 1) head.writeUInt16LE(header.length, 8)
  else head.writeUInt32LE(header.length, 8)
  return Buffer.concat([head, Buffer.from(header, 'latin1'), data])
}

/** One strip of floats, as other programs write it: sharp writes none. */
function floatTiff(width: number, height: number, samples: readonly number[]): Buffer {
  const data = Buffer.from(Float32Array.from(samples).buffer)
  const tags = [
    ...[
      [256, width],
      [257, height],
      [258, 32],
      [259, 1],
      [262, 1],
      [273, 8],
      [277, 1],
      [278, height],
    ],
    ...[
      [279, data.length],
      [339, 3],
    ],
  ] as const
  const head = Buffer.from('II*\0\0\0\0\0', 'latin1')
  head.writeUInt32LE(8 + data.length, 4)
  const directory = Buffer.alloc(2 + 12 * tags.length + 4)
  directory.writeUInt16LE(tags.length)
  tags.forEach(([id, value], index) => {
    const at = 2 + 12 * index
    directory.writeUInt16LE(id, at)
    directory.writeUInt16LE(4, at + 2)
    directory.writeUInt32LE(1, at + 4)
    directory.writeUInt32LE(value, at + 8)
  })
  return Buffer.concat([head, data, directory])
}

/** As stereo tools write it, the lowest row first. */
function pfm(kind: string, width: number, height: number, samples: readonly number[], scale = '-1.0'): Buffer {
  const head = Buffer.from(`${kind}\n${width} ${height}\n${scale}\n`, 'latin1')
  return Buffer.concat([head, Buffer.from(Float32Array.from(samples).buffer)])
}

async function floatsOf(input: PictureInput): Promise<readonly number[]> {
  const { data, width, height } = await readFloats(input, {})
  return [width, height, ...data]
}

test('float TIFFs keep their values, beyond 0 to 1 too', async (t) => {
  t.deepEqual(await floatsOf(floatTiff(3, 2, values)), [3, 2, ...values])
})

test('NumPy arrays of all kinds that are planes keep their values, from bytes and from a file', async (t) => {
  const floats = new Uint8Array(Float32Array.from(values).buffer)
  for (const shape of ['2, 3', '1, 2, 3', '2, 3, 1']) {
    t.deepEqual(await floatsOf(npy('<f4', shape, floats)), [3, 2, ...values], shape)
  }
  t.deepEqual(await floatsOf(npy('<f4', '2, 3', floats, 2)), [3, 2, ...values])
  const integers = new Uint8Array(Uint16Array.of(0, 1, 300, 65_535, 4, 5).buffer)
  t.deepEqual(await floatsOf(npy('<u2', '2, 3', integers)), [3, 2, 0, 1, 300, 65_535, 4, 5])
  t.deepEqual(await floatsOf(npy('|u1', '1, 3', Uint8Array.of(1, 2, 255))), [3, 1, 1, 2, 255])
  const doubles = new Uint8Array(Float64Array.from(values).buffer)
  t.deepEqual(await floatsOf(npy('<f8', '2, 3', doubles)), [3, 2, ...values])
  const path = join(await temporaryFolder(t), 'depth.npy')
  await writeFile(path, npy('<f4', '2, 3', floats))
  t.deepEqual(await floatsOf(path), [3, 2, ...values])
  // One byte off what floats are aligned to.
  const shifted = Buffer.concat([Buffer.alloc(1), npy('<f4', '2, 3', floats)]).subarray(1)
  t.deepEqual(await floatsOf(shifted), [3, 2, ...values])
})

test('portable float maps come upright, in both orders of bytes', async (t) => {
  const [low, high] = [values.slice(0, 3), values.slice(3)]
  t.deepEqual(await floatsOf(pfm('Pf', 3, 2, [...low, ...high])), [3, 2, ...high, ...low])
  // Whatever the length of the header, and so wherever the floats begin.
  t.deepEqual(await floatsOf(pfm('Pf', 3, 2, [...low, ...high], '-3.9e-2')), [3, 2, ...high, ...low])
  const big = pfm('Pf', 3, 2, [...low, ...high], '1')
  big.subarray(-24).swap32()
  t.deepEqual(await floatsOf(big), [3, 2, ...high, ...low])
})

test('portable float maps of colours are refused, and truncated ones told', async (t) => {
  await failsWith(t, readFloats(pfm('PF', 2, 1, values), {}), 'ERR_INPUT_REFUSED', /single channel/)
  const whole = pfm('Pf', 3, 2, values)
  await failsWith(t, readFloats(whole.subarray(0, -1), {}), 'ERR_INPUT_CORRUPT', /truncated/)
  await failsWith(t, readFloats(pfm('Pf', 0, 2, []), {}), 'ERR_INPUT_CORRUPT')
  await failsWith(t, readFloats(whole, { limits: { pixels: 5 } }), 'ERR_INPUT_LIMIT')
  await failsWith(t, readFloats(pfm('Pf', 999_999_999, 999_999_999, []), {}), 'ERR_INPUT_LIMIT')
})

test('pictures of 8 and 16 bits, and sharp instances, give their first channel', async (t) => {
  const raw = { width: 2, height: 1, channels: 3 } as const
  const rgb = sharp(Uint8Array.of(9, 1, 2, 200, 3, 4), { raw })
  t.deepEqual(await floatsOf(await rgb.clone().png().toBuffer()), [2, 1, 9, 200])
  t.deepEqual(await floatsOf(rgb), [2, 1, 9, 200])
  const wide = { data: Uint16Array.of(7, 1, 2, 40_000, 3, 4), width: 2, height: 1, channels: 3 } as const
  t.deepEqual(await floatsOf(wide), [2, 1, 7, 40_000])
  t.deepEqual(await floatsOf({ data: Uint16Array.of(7, 40_000), width: 2, height: 1, channels: 1 }), [2, 1, 7, 40_000])
})

test('arrays that are no plane of numbers are refused, and truncated ones told', async (t) => {
  const data = new Uint8Array(24)
  for (const [kind, shape, order] of [
    ['<f4', '6,', 'False'],
    ['<f4', '2, 1, 3', 'False'],
    ['<f4', '0, 3', 'False'],
    ['<f4', '2, 3', 'True'],
    ['<f2', '2, 3', 'False'],
    ['>f4', '2, 3', 'False'],
    ['|O8', '2, 3', 'False'],
  ] as const) {
    await failsWith(t, readFloats(npy(kind, shape, data, 1, order), {}), 'ERR_INPUT_REFUSED', /little-endian/)
  }
  const whole = npy('<f4', '2, 3', data)
  for (const length of [6, 11, 40, whole.length - 1]) {
    await failsWith(t, readFloats(whole.subarray(0, length), {}), 'ERR_INPUT_CORRUPT', /truncated/)
  }
  await failsWith(t, readFloats(whole, { limits: { pixels: 5 } }), 'ERR_INPUT_LIMIT')
  await failsWith(t, readFloats(floatTiff(3, 2, values), { limits: { pixels: 5 } }), 'ERR_INPUT_LIMIT')
  await failsWith(t, readFloats(Buffer.from('depth'), {}), 'ERR_INPUT_FORMAT')
  await failsWith(t, readFloats(join(await temporaryFolder(t), 'none.npy'), {}), 'ERR_INPUT_MISSING')
})
