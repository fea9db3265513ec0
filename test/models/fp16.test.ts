import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { exportModel, loadRecipe, type ArchitectureName } from '#dist/models/index.js'
import { islands } from '#dist/models/islands.js'
import { temporaryFolder } from '../native/addon.js'
import { golden } from './network.js'

/** What alpha may differ by on average, on a scale of 0…1: half a step of 8 bits. */
const meanAlpha = 2e-3
/** Of depth, in standard deviations: it counts by its place in its own range. */
const meanDepth = 5e-3

/** What scripts/fp16-reference.mjs found for each file, computed truly in half precision. */
interface Reference {
  readonly options: {
    readonly model: ArchitectureName
    readonly weights: string
    readonly config?: string
    readonly size: readonly [number, number] | 'any'
  }
  readonly golden: string
  readonly output: string
  readonly sha256: string
  readonly mean: number | null
  readonly deviation: number
}

const references = JSON.parse(await readFile(join(golden, 'fp16-reference.json'), 'utf8')) as readonly Reference[]

for (const { options, output, sha256, mean, deviation, golden: name } of references) {
  test(`the half-precision export for ${name}${options.size === 'any' ? ', of any size,' : ''} is the file whose error was measured, and it was small`, async (t) => {
    const file = join(await temporaryFolder(t), 'fp16.onnx')
    await exportModel({
      ...options,
      weights: join(golden, options.weights),
      ...(options.config === undefined ? {} : { config: join(golden, options.config) }),
      target: 'tensorrt',
      precision: 'fp16',
      output: file,
    })
    const found = createHash('sha256')
      .update(await readFile(file))
      .digest('hex')
    t.is(found, sha256, 'the export has changed: run `node scripts/fp16-reference.mjs` and commit what it writes')
    t.true(mean !== null && mean <= (output === 'alpha' ? meanAlpha : meanDepth * deviation), String(mean))
  })
}

test("IS-Net's tolerance is a few times what half precision does to its mattes", async (t) => {
  const figures = JSON.parse(await readFile(join(golden, 'fp16-isnet.json'), 'utf8')) as readonly {
    readonly mean: number
    readonly largest: number
  }[]
  const { tolerance } = loadRecipe('isnet')
  for (const of of ['mean', 'largest'] as const) {
    const times = tolerance[of] / Math.max(...figures.map((one) => one[of]))
    t.true(times > 3 && times < 8, `${of}: ${times} times`)
  }
})

interface IslandFigures {
  readonly island: string
  readonly mean: number
  /** Absent where the result is not finite. */
  readonly without: number | null
}

test('each island of single precision lessens the error of half precision', async (t) => {
  const figures = JSON.parse(await readFile(join(golden, 'fp16-islands.json'), 'utf8')) as readonly IslandFigures[]
  t.deepEqual(figures.map(({ island }) => island).sort(), [...islands].sort())
  for (const { island, mean, without } of figures) t.true(without === null || without > mean, island)
})
