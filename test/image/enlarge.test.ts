import test from 'ava'
import { enlarge, type Alpha, type Size } from '#dist/image/index.js'
import { failsWith, ramp, rejectsAtOnce } from './pictures.js'

function alphaFrom(width: number, height: number, sample: (x: number, y: number) => number): Alpha {
  const data = Uint16Array.from({ length: width * height }, (_, i) => sample(i % width, Math.floor(i / width)))
  return { data, width, height, channels: 1, depth: 'ushort' }
}

/** Bilinear with half-pixel centres and repeated edges, in double precision. */
function wanted(alpha: Alpha, { width, height }: Size, largest: number): number[] {
  const axis = (i: number, from: number, to: number) => {
    const centre = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1)
    const first = Math.floor(centre)
    return { first, second: Math.min(first + 1, from - 1), weight: centre - first }
  }
  return Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [axis(i % width, alpha.width, width), axis(Math.floor(i / width), alpha.height, height)]
    const at = (row: number, column: number) => alpha.data[row * alpha.width + column]!
    const line = (row: number) => at(row, x.first) * (1 - x.weight) + at(row, x.second) * x.weight
    return ((line(y.first) * (1 - y.weight) + line(y.second) * y.weight) / 65535) * largest
  })
}

function largestError(found: Alpha, expected: readonly number[]): number {
  return expected.reduce((most, value, i) => Math.max(most, Math.abs(found.data[i]! - value)), 0)
}

/** libvips has 12 bits of weights. */
const interpolation = 65535 / 4096

test('whole steps are bilinear with half-pixel centres, so that nothing moves', async (t) => {
  const alpha = alphaFrom(16, 12, (x, y) => (Math.imul(x * 31 + y * 17 + 1, 2654435761) >>> 16) & 65535)
  for (const size of [
    { width: 32, height: 24 },
    { width: 64, height: 48 },
  ]) {
    const found = await enlarge(alpha, size, { depth: 'ushort' })
    t.like(found, { ...size, channels: 1, depth: 'ushort' })
    t.true(largestError(found, wanted(alpha, size, 65535)) <= interpolation)
  }
})

test('a slope stays where it is whatever the step', async (t) => {
  const alpha = alphaFrom(100, 70, (x, y) => Math.round(((x + 2 * y) / 240) * 65535))
  const size = { width: 147, height: 103 }
  const found = await enlarge(alpha, size, { depth: 'ushort' })
  const inside = (i: number) => {
    const [x, y] = [i % size.width, Math.floor(i / size.width)]
    return x > 1 && y > 1 && x < size.width - 2 && y < size.height - 2
  }
  const errors = wanted(alpha, size, 65535).map((value, i) => (inside(i) ? Math.abs(found.data[i]! - value) : 0))
  t.true(Math.max(...errors) <= interpolation, `${Math.max(...errors)}`)
})

test('eight bits are rounded to the nearest, once', async (t) => {
  const alpha = alphaFrom(256, 256, (x, y) => y * 256 + x)
  const found = await enlarge(alpha, { width: 256, height: 512 }, { depth: 'uchar' })
  t.true(found.data instanceof Uint8Array)
  const flat = alphaFrom(64, 64, () => 32_000)
  const { data } = await enlarge(flat, { width: 100, height: 100 }, { depth: 'uchar' })
  t.deepEqual([...new Set(data)], [Math.round((32_000 / 65535) * 255)])
  // 0.6 of a step is one step, not none.
  const faint = alphaFrom(64, 64, () => Math.round(0.6 * 257))
  t.deepEqual([...new Set((await enlarge(faint, { width: 100, height: 64 }, { depth: 'uchar' })).data)], [1])
})

test('one pixel, one column and one row can be enlarged', async (t) => {
  for (const [from, to] of [
    [1, 1],
    [1, 8],
  ] as const) {
    const value = alphaFrom(from, 2, (_, y) => y * 65535)
    const found = await enlarge(value, { width: to, height: 8 }, { depth: 'uchar' })
    t.is(found.data.length, to * 8)
    t.deepEqual([found.data[0], found.data[to * 8 - 1]], [0, 255])
  }
  const one = await enlarge(
    alphaFrom(1, 1, () => 65535),
    { width: 1, height: 4 },
    { depth: 'uchar' },
  )
  t.deepEqual([...one.data], [255, 255, 255, 255])
})

test('what cannot be enlarged is refused, and an abort ends the wait at once', async (t) => {
  const small = { width: 2, height: 2 }
  await failsWith(t, enlarge(ramp(4, 4, 'ushort'), small, { depth: 'uchar' }), 'ERR_ARGUMENT', /at least 4×4/)
  await failsWith(t, enlarge(ramp(4, 4), { width: 8, height: 8 }, { depth: 'uchar' }), 'ERR_ARGUMENT', /ushort/)
  const signal = AbortSignal.abort()
  await rejectsAtOnce(t, enlarge(ramp(4, 4, 'ushort'), { width: 8, height: 8 }, { depth: 'uchar', signal }))
})
