/** What each island of single precision is for: golden networks made to need it, and their graphs without it. */

import { join } from 'node:path'
import { openCheckpoint } from '../../dist/checkpoint/index.js'
import { mixedPrecision, writeOnnx } from '../../dist/graph/index.js'
import { checkpointWeights, pdfnetGraph } from '../../dist/models/index.js'

const side = 96
const job = {
  golden: `pdfnet-tiny-${side}`,
  inputs: { image: 'image', depth: 'depth' },
  output: 'alpha',
  expected: 'alpha',
}
const boundarySide = 160
/** How many cells are taken for others: of alpha one picture's difference says little, as few pixels hang on them. */
const boundaryJob = {
  pictures: 4,
  inputs: { image: [1, 3, boundarySide, boundarySide], depth: [1, 1, boundarySide, boundarySide] },
  output: 'decoder.FSE_mix.3.Cast',
}

/** As large as a trained network's outliers. A power of two, so that the golden result does not change. */
const outliers = 256
/** As sure as a trained network's predictions: then much of a map is nearly flat. */
const sure = 16

/** Norms take the factor out again. */
const isBeforeRmsNorm = (name, weights) => {
  const [, block] = /^(.*)\.0\.(?:weight|bias)$/.exec(name) ?? []
  return block !== undefined && weights.shape(`${block}.1.weight`)?.length === 1
}
const isSideOutput = (name) => /^decoder\.Bside\.[1-5]\./.test(name)

const unscaled = () => 1

export const islandCases = [
  {
    island: 'rms-norm',
    stress: `convolutions before each RMSNorm × ${outliers}`,
    scaleOf: (name, weights) => (isBeforeRmsNorm(name, weights) ? outliers : 1),
    side,
    job,
  },
  {
    island: 'depth-range',
    stress: 'the depth × 2¹⁷, as if in another unit',
    scaleOf: unscaled,
    side,
    job: { ...job, scales: { depth: 2 ** 17 } },
  },
  {
    island: 'boundary',
    stress: `cells that a boundary crosses, side outputs × ${sure}, ${boundaryJob.pictures} random pictures of ${boundarySide}²`,
    scaleOf: (name) => (isSideOutput(name) ? sure : 1),
    side: boundarySide,
    job: boundaryJob,
  },
  { island: 'alpha', stress: 'the golden as it is', scaleOf: unscaled, side, job },
]

/**
 * Writes the golden network with its weights scaled: with all islands, without the one, and in single precision.
 * @returns the paths
 */
export async function islandFiles(folder, { island: removed, scaleOf, side }, golden) {
  const checkpoint = await openCheckpoint(join(golden, 'pdfnet-tiny.pth'))
  try {
    const weights = scaledWeights(checkpointWeights(checkpoint), scaleOf)
    const single = pdfnetGraph(weights, { target: 'tensorrt', batch: 1, size: [side, side] })
    const models = {
      whole: mixedPrecision(single),
      without: mixedPrecision(single, ({ island }) => island !== undefined && island !== removed),
      single,
    }
    const paths = {}
    for (const [name, model] of Object.entries(models)) {
      paths[name] = join(folder, `${removed}-${name}.onnx`)
      await writeOnnx(model, paths[name])
    }
    return paths
  } finally {
    await checkpoint.close()
  }
}

function scaledWeights(weights, scaleOf) {
  const read = async (name) => {
    const [values, scale] = [await weights.read(name), scaleOf(name, weights)]
    return scale === 1 ? values : values.map((value) => value * scale)
  }
  return { ...weights, read }
}
