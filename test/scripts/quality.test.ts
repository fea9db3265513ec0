/** What is measured of mattes: errors against the truth, kept as they come, and the tables made of them. */

import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'

type Figures = Readonly<Record<string, number>>
interface Scene {
  readonly kind: string
  readonly seed: number
  readonly [measure: string]: Figures | string | number | undefined
}

const load = (name: string): Promise<unknown> =>
  import(new URL(`../../../scripts/quality/${name}.mjs`, import.meta.url).href)
const { alphaErrors, colourError, softBand, widened } = (await load('errors')) as {
  alphaErrors: (alpha: Uint16Array, truth: Uint16Array, band: Uint8Array) => { band: number; all: number }
  colourError: (colours: Uint8Array, truth: Uint8Array, band: Uint8Array) => number
  softBand: (truth: Uint16Array) => Uint8Array
  widened: (band: Uint8Array, width: number) => Uint8Array
}
const { Record } = (await load('record')) as {
  Record: new (path: string) => {
    find: (scene: object, measure: string) => object | undefined
    add: (row: object) => void
  }
}
const { report } = (await load('report')) as { report: (scenes: readonly Scene[]) => string }

const [width, height] = [20, 15]

function truthWithSoftPixel(x: number, y: number): Uint16Array {
  const truth = new Uint16Array(width * height)
  truth[y * width + x] = 32768
  return truth
}

test('the soft band leaves out what is nearly opaque or nearly clear', (t) => {
  const alphas = [0, 0.019, 0.021, 0.5, 0.979, 0.981, 1].map((alpha) => alpha * 65535)
  t.deepEqual([...softBand(Uint16Array.from(alphas))], [0, 0, 1, 1, 1, 0, 0])
})

for (const [x, y, pixels] of [
  [10, 7, 81],
  [0, 0, 25],
  [19, 14, 25],
  [2, 7, 63],
] as const) {
  test(`the band around a soft pixel at ${x}, ${y} reaches 4 pixels along both axes, within the picture`, (t) => {
    const band = widened(softBand(truthWithSoftPixel(x, y)), width)
    for (let at = 0; at < band.length; at++) {
      const near = Math.abs((at % width) - x) <= 4 && Math.abs(Math.floor(at / width) - y) <= 4
      t.is(band[at], near ? 1 : 0, `at ${at}`)
    }
    t.is(band.filter((one) => one === 1).length, pixels)
  })
}

test('alpha errors are means over the band and over the picture, from 0 to 1', (t) => {
  const truth = truthWithSoftPixel(10, 7)
  const band = widened(softBand(truth), width)
  t.deepEqual(alphaErrors(truth, truth, band), { band: 0, all: 0 })
  const wrong = truth.slice()
  wrong[7 * width + 10] = 65535
  wrong[0] = 65535
  const { band: inBand, all } = alphaErrors(wrong, truth, band)
  t.true(Math.abs(inBand - 32767 / 65535 / 81) < 1e-9)
  t.true(Math.abs(all - (32767 / 65535 + 1) / (width * height)) < 1e-9)
})

test('colour errors count the band alone', (t) => {
  const truth = new Uint8Array(9)
  t.is(colourError(Uint8Array.of(255, 255, 255, 51, 0, 0, 0, 0, 0), truth, Uint8Array.of(0, 1, 1)), 51 / 6 / 255)
})

test('a record is gone on with, also after a line that was cut off', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'pdfnet-quality-'))
  try {
    const path = join(folder, 'sub/record.jsonl')
    const scene = { kind: 'hair', seed: 3, size: 64 }
    const row = { ...scene, measure: 'off', band: 0.5 }
    const first = new Record(path)
    t.is(first.find(scene, 'off'), undefined)
    first.add(row)
    await appendFile(path, '{"kind":"ha')
    const second = new Record(path)
    t.deepEqual(second.find(scene, 'off'), row)
    t.is(second.find(scene, 'auto'), undefined)
    t.is(second.find({ ...scene, size: 128 }, 'off'), undefined)
    second.add({ ...row, measure: 'auto' })
    t.truthy(new Record(path).find(scene, 'auto'))
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('the report has a row a scene and a mean, and says whether what was wanted holds', (t) => {
  const scenes = [
    { kind: 'wires', seed: 1, off: { band: 0.2, all: 0.01 }, auto: { band: 0.1, all: 0.009 } },
    { kind: 'hair', seed: 3, off: { band: 0.1, all: 0.01 }, auto: { band: 0.09, all: 0.013 } },
  ]
  const text = report(scenes)
  t.regex(text, /\| wires 1 \| 0\.2000 \| {2}\| 0\.1000 \| 0\.50 \|/)
  t.regex(text, /\| \*\*mean\*\* \| 0\.1500 \| {2}\| 0\.0950 \| 0\.63 \|/)
  t.regex(text, /ratios in the band is 0\.700 .* rise .* is 0\.00300, of hair 3/)
})
