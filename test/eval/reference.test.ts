/** Measures agree with what scripts/eval-reference.py had from reference tools, on its sixty pairs. */

import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import test, { type ExecutionContext } from 'ava'
import { addon } from '#dist/native.js'

type Figures = Readonly<Record<string, number | null | readonly number[]>>

interface Expected {
  readonly width: number
  readonly height: number
  readonly mask: Figures
  readonly matte: Figures
  readonly integrity: Figures
}

const folder = new URL('../../../test/fixtures/eval/', import.meta.url)
const unpacked = (name: string): Buffer => gunzipSync(readFileSync(new URL(name, folder)))
const expected = JSON.parse(unpacked('expected.json.gz').toString()) as Expected[]
const planes = unpacked('pairs.bin.gz')

/** What is asked for: sums are taken in another order than by the tools. */
const tolerance = 1e-6

let at = 0
const pairs = expected.map((figures) => {
  const bytes = figures.width * figures.height
  const [prediction, truth, depth] = [0, 1, 2].map((index) =>
    Uint8Array.from(planes.subarray(at + index * bytes, at + (index + 1) * bytes)),
  )
  at += 3 * bytes
  return { ...figures, prediction: prediction!, truth: truth!, depth: depth! }
})

function agree(t: ExecutionContext, measured: object, figures: Figures, name: string): void {
  const differing: string[] = []
  for (const [measure, wanted] of Object.entries(figures)) {
    const got = [(measured as Record<string, number | readonly number[]>)[measure]!].flat()
    for (const [index, value] of [wanted].flat().entries()) {
      // The reference has no number where ours leaves an empty part out.
      const isSame =
        value === null
          ? Number.isFinite(got[index])
          : Math.abs(got[index]! - value) <= tolerance * Math.max(1, Math.abs(value))
      if (!isSame) differing.push(`${measure}[${index}] is ${got[index]}, expected ${value}`)
    }
  }
  t.deepEqual(differing, [], name)
}

test('There are at least fifty pairs, empty, full, tiny and soft ones among them', (t) => {
  t.true(pairs.length >= 50)
  const share = ({ truth }: { truth: Uint8Array }): number =>
    truth.filter((sample) => sample > 128).length / truth.length
  t.true(pairs.some((pair) => share(pair) === 0))
  t.true(pairs.some((pair) => share(pair) === 1))
  t.true(pairs.some(({ width, height }) => width * height < 16))
  t.true(pairs.some(({ prediction }) => new Set(prediction).size > 100))
})

test('F, weighted F, MAE, S, E, HCE and boundary IoU agree with the reference', async (t) => {
  for (const [index, { prediction, truth, width, height, mask }] of pairs.entries()) {
    agree(t, await addon().measureMask(prediction, truth, width, height), mask, `pair ${index}`)
  }
})

test('SAD, MSE, gradient and connectivity agree with the reference', async (t) => {
  for (const [index, { prediction, truth, width, height, matte }] of pairs.entries()) {
    agree(t, await addon().measureMatte(prediction, truth, width, height), matte, `pair ${index}`)
  }
})

test('Depth integrity agrees with the reference', async (t) => {
  for (const [index, { prediction, truth, depth, width, height, integrity }] of pairs.entries()) {
    agree(t, await addon().measureIntegrity(prediction, truth, depth, width, height), integrity, `pair ${index}`)
  }
})

test('Pairs that are measured at the same time do not meet', async (t) => {
  const all = await Promise.all(
    pairs.map(({ prediction, truth, width, height }) => addon().measureMask(prediction, truth, width, height)),
  )
  for (const [index, measured] of all.entries()) agree(t, measured, pairs[index]!.mask, `pair ${index}`)
})

test('What is not two pictures of one size is refused', async (t) => {
  const map = new Uint8Array(12)
  for (const [prediction, truth, width, height] of [
    [map, new Uint8Array(11), 4, 3],
    [map, map, 5, 3],
    [map, map, 0, 0],
    [map, map, 4.5, 3],
    [map, map, 1e9, 1e9],
    [new Uint16Array(12), map, 4, 3],
    ['map', map, 4, 3],
  ] as const) {
    await t.throwsAsync(addon().measureMask(prediction as never, truth, width, height), { code: 'ERR_ARGUMENT' })
  }
})
