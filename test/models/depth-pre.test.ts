import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { writeOnnx } from '#dist/graph/index.js'
import { depthPreGraph, loadRecipe, type Target } from '#dist/models/index.js'
import { addon } from '#dist/native.js'
import { tensorOf } from '#dist/tensor.js'
import { cpuLibrary, runOnce, temporaryFolder } from '../native/addon.js'

const recipe = loadRecipe('depth-anything-v2-small')
const { mean, deviation } = recipe.input
const targets: readonly Target[] = ['cpu', 'tensorrt']

type Size = readonly [height: number, width: number]

interface Picture {
  readonly size: Size
  readonly data: Uint8Array
}

/** Differs from place to place with no pattern that a resize could miss. */
function picture(size: Size): Picture {
  const data = Uint8Array.from({ length: size[0] * size[1] * 3 }, (_, i) => Math.imul(i + 1, 2654435761) >>> 24)
  return { size, data }
}

let tickets = 0

/** What resizes to a size; undefined, after saying why, where the CPU device is not here. */
async function opened(t: ExecutionContext, target: Target) {
  const library = await cpuLibrary(t)
  if (library === undefined) return undefined
  const file = join(await temporaryFolder(t), 'depth-pre.onnx')
  await writeOnnx(depthPreGraph(recipe, target), file)
  const session = await addon().open({ engine: 'cpu', library, models: [file], instances: 1, threads: 1 }, ++tickets)
  t.teardown(() => session.dispose())
  return async ({ size, data }: Picture, to: Size): Promise<Float32Array> => {
    const result = new Float32Array(3 * to[0] * to[1])
    const inputs = [
      { name: 'image', shape: [...size, 3], data },
      { name: 'size', ...tensorOf('int64', [2], to) },
    ]
    const output = { name: 'input', shape: [1, 3, ...to], data: new Uint8Array(result.buffer) }
    await runOnce(session, inputs, [output], ++tickets)
    return result
  }
}

/** OpenCV's INTER_CUBIC of a picture of 0…1, then normalised, as the authors do, in double precision. */
function expected({ size, data }: Picture, to: Size): number[] {
  const [rows, columns] = [0, 1].map((axis) => taps(size[axis]!, to[axis]!)) as [Tap[][], Tap[][]]
  return [0, 1, 2].flatMap((channel) =>
    rows.flatMap((row) =>
      columns.map((column) => {
        const sum = row.reduce((all, y) => {
          const line = column.reduce((part, x) => part + x.weight * data[(y.at * size[1] + x.at) * 3 + channel]!, 0)
          return all + y.weight * line
        }, 0)
        return (sum / 255 - mean[channel]!) / deviation[channel]!
      }),
    ),
  )
}

interface Tap {
  readonly at: number
  readonly weight: number
}

function taps(from: number, to: number): Tap[][] {
  return Array.from({ length: to }, (_, i) => {
    const centre = ((i + 0.5) * from) / to - 0.5
    return [-1, 0, 1, 2].map((offset) => {
      const place = Math.floor(centre) + offset
      return { at: Math.min(Math.max(place, 0), from - 1), weight: cubic(Math.abs(centre - place)) }
    })
  })
}

function cubic(x: number): number {
  if (x <= 1) return 1.25 * x ** 3 - 2.25 * x ** 2 + 1
  return x < 2 ? -0.75 * (x ** 3 - 5 * x ** 2 + 8 * x - 4) : 0
}

for (const target of targets) {
  test(`a depth network's picture for ${target} is resized and normalised as its authors do, whatever its shape`, async (t) => {
    const resized = await opened(t, target)
    if (!resized) return
    for (const [from, to] of [
      [
        [31, 17],
        [42, 28],
      ],
      [
        [5, 7],
        [28, 42],
      ],
      [
        [42, 28],
        [42, 28],
      ],
      [
        [1, 1],
        [14, 14],
      ],
      [
        [1, 3000],
        [14, 56],
      ],
      [
        [3000, 2],
        [56, 14],
      ],
      [
        [200, 300],
        [14, 28],
      ],
    ] as const) {
      const image = picture(from)
      const found = await resized(image, to)
      const worst = expected(image, to).reduce((most, one, i) => Math.max(most, Math.abs(one - found[i]!)), 0)
      t.true(worst < 2e-5, `${from.join('×')} to ${to.join('×')}: ${worst}`)
    }
  })
}

test("a depth network's picture is the same for each target, to the bit", async (t) => {
  const results: Float32Array[] = []
  for (const target of targets) {
    const resized = await opened(t, target)
    if (!resized) return
    results.push(await resized(picture([31, 57]), [28, 42]))
  }
  t.deepEqual(results[1], results[0])
})

test('a size is asked for anew in each run', async (t) => {
  const resized = await opened(t, 'cpu')
  if (!resized) return
  for (const to of [
    [14, 28],
    [56, 42],
    [14, 28],
  ] as const) {
    const found = await resized(picture([20, 30]), to)
    t.true(Math.abs(found.at(-1)! - expected(picture([20, 30]), to).at(-1)!) < 2e-5)
  }
})
