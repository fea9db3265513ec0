import test from 'ava'
import { subjectArea, trimapImage, type Alpha } from '#dist/image/index.js'
import { failsWith } from './pictures.js'

type Box = readonly [left: number, top: number, width: number, height: number, value: number]

/** Rectangles on nothing, later ones over earlier ones. */
function boxes(width: number, height: number, ...drawn: readonly Box[]): Alpha {
  const data = new Uint8Array(width * height)
  for (const [left, top, columns, rows, value] of drawn) {
    for (let y = top; y < top + rows; y++) data.fill(value, y * width + left, y * width + left + columns)
  }
  return { data, width, height, channels: 1, depth: 'uchar' }
}

function deep({ data, ...alpha }: Alpha): Alpha {
  return { ...alpha, depth: 'ushort', data: Uint16Array.from(data, (sample) => sample * 257) }
}

test('the subject is where alpha is, in 8 and 16 bits; faint alpha and specks are not', async (t) => {
  const subject: Box = [30, 20, 50, 40, 255]
  const wanted = { left: 30, top: 20, width: 50, height: 40 }
  t.deepEqual(await subjectArea(boxes(200, 100, subject), 0), wanted)
  const dirty = boxes(200, 100, [0, 0, 200, 100, 20], subject, [180, 90, 1, 1, 255])
  t.deepEqual(await subjectArea(dirty, 0), wanted)
  t.deepEqual(await subjectArea(deep(dirty), 0), wanted)
})

test('thin, soft and separate parts of the subject are inside', async (t) => {
  const hair: Box = [100, 5, 1, 15, 60]
  const second: Box = [150, 60, 20, 20, 255]
  const joined = await subjectArea(boxes(200, 100, [80, 20, 40, 40, 255], hair, second), 0)
  t.deepEqual(joined, { left: 80, top: 5, width: 90, height: 75 })
  // A ring's sides meet at the bottom only; steps touch at their corners.
  const ring = await subjectArea(
    boxes(60, 60, [10, 10, 5, 40, 255], [45, 5, 5, 45, 255], [10, 45, 40, 5, 255], [50, 50, 3, 1, 255]),
    0,
  )
  t.deepEqual(ring, { left: 10, top: 5, width: 43, height: 46 })
})

test('a margin is a share of the longer side and ends at the picture', async (t) => {
  const alpha = boxes(200, 100, [30, 20, 50, 40, 255])
  t.deepEqual(await subjectArea(alpha, 0.1), { left: 25, top: 15, width: 60, height: 50 })
  t.deepEqual(await subjectArea(alpha, 10), { left: 0, top: 0, width: 200, height: 100 })
  for (const margin of [-1, NaN, 11, '1']) {
    await failsWith(t, subjectArea(alpha, margin as number), 'ERR_ARGUMENT', /margin/)
  }
})

test('where nothing is half opaque there is no subject', async (t) => {
  t.is(await subjectArea(boxes(20, 10), 0), undefined)
  t.is(await subjectArea(boxes(20, 10, [2, 2, 10, 5, 120]), 0), undefined)
  t.deepEqual(await subjectArea(boxes(1, 1, [0, 0, 1, 1, 255]), 0), { left: 0, top: 0, width: 1, height: 1 })
})

test('a trimap is unknown around every edge, soft or not, as far as was asked', async (t) => {
  const alpha = boxes(40, 30, [10, 8, 20, 14, 255], [10, 8, 20, 1, 128])
  for (const drawn of [alpha, deep(alpha)]) {
    for (const reach of [0, 1, 3, 100]) {
      const { data, info } = await (await trimapImage(drawn, reach)).raw().toBuffer({ resolveWithObject: true })
      t.like(info, { width: 40, height: 30, channels: 1 })
      t.deepEqual([...data], expected(alpha, reach), `reach ${reach}`)
    }
  }
  t.is((await (await trimapImage(alpha)).stats()).channels[0]!.max, 255)
  for (const reach of [-1, 1.5, 1e9]) await failsWith(t, trimapImage(alpha, reach), 'ERR_ARGUMENT', /width/)
})

/** The definition, pixel by pixel. */
function expected({ data, width, height }: Alpha, reach: number): number[] {
  const at = (x: number, y: number): number | undefined =>
    x < 0 || y < 0 || x >= width || y >= height ? undefined : classOf(data[y * width + x]!)
  const isSeed = (x: number, y: number): boolean => {
    const own = at(x, y)!
    const around = [at(x - 1, y), at(x + 1, y), at(x, y - 1), at(x, y + 1)]
    return own === 128 || around.includes(255 - own)
  }
  const seeds: [number, number][] = []
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) if (isSeed(x, y)) seeds.push([x, y])
  return Array.from(data, (sample, index) => {
    const [x, y] = [index % width, Math.floor(index / width)]
    const near = seeds.some(([sx, sy]) => Math.max(Math.abs(sx - x), Math.abs(sy - y)) <= reach)
    return near ? 128 : classOf(sample)
  })
}

function classOf(sample: number): number {
  return sample >= 251 ? 255 : sample <= 4 ? 0 : 128
}
