/** What each island of single precision is for: golden networks made to need it, and their graphs without it. */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openCheckpoint } from '../../dist/checkpoint/index.js'
import { mixedPrecision, writeOnnx } from '../../dist/graph/index.js'
import { checkpointWeights, depthAnythingGraph, pdfnetGraph } from '../../dist/models/index.js'

const jobOf = (side) => ({
  side,
  golden: `pdfnet-tiny-${side}`,
  inputs: { image: 'image', depth: 'depth' },
  output: 'alpha',
  expected: 'alpha',
})
const job = jobOf(96)

/** Of Depth Anything for pictures of any size. */
const depthJob = {
  golden: 'depth-anything-v2-tiny',
  inputs: { image: 'image.70x98' },
  output: 'depth',
  expected: 'depth.70x98',
}

/** As large as a trained network's outliers. A power of two, so that the golden result does not change. */
const factor = 256

/** Norms take the factor out again. */
const isBeforeRmsNorm = (name, weights) => {
  const [, block] = /^(.*)\.0\.(?:weight|bias)$/.exec(name) ?? []
  return block !== undefined && weights.shape(`${block}.1.weight`)?.length === 1
}
const isOfResidual = (name) =>
  /^encoder\.(absolute_pos_embed|.*(patch_embed\.norm|attn\.proj|mlp\.fc2|downsample\.reduction)\.(weight|bias))$/.test(
    name,
  )

export const islandCases = [
  { island: 'rms-norm', stress: `convolutions before each RMSNorm × ${factor}`, isScaled: isBeforeRmsNorm, job },
  { island: 'layer-norm', stress: `the encoder's residuals × ${factor}`, isScaled: isOfResidual, job },
  {
    island: 'depth-range',
    stress: 'the depth × 2¹⁷, as if in another unit',
    isScaled: () => false,
    job: { ...job, scales: { depth: 2 ** 17 } },
  },
  { island: 'boundary', stress: 'the golden of 160² as it is', isScaled: () => false, job: jobOf(160) },
  { island: 'alpha', stress: 'the golden as it is', isScaled: () => false, job },
  { island: 'positions', stress: 'the depth golden as it is', isScaled: () => false, job: depthJob },
]

/** Writes the golden network with its weights scaled, and all islands but the removed one; returns the path. */
export async function islandFile(path, removed, { isScaled, job: { side } }, golden) {
  const name = side === undefined ? 'depth-anything-v2-tiny' : 'pdfnet-tiny'
  const checkpoint = await openCheckpoint(join(golden, `${name}.pth`))
  try {
    const weights = scaledWeights(checkpointWeights(checkpoint), isScaled)
    const options = { target: 'tensorrt', batch: 1 }
    const graph =
      side === undefined
        ? depthAnythingGraph(weights, { ...options, size: 'any', config: await readJson(join(golden, `${name}.json`)) })
        : pdfnetGraph(weights, { ...options, size: [side, side] })
    await writeOnnx(
      mixedPrecision(graph, ({ island }) => island !== undefined && island !== removed),
      path,
    )
    return path
  } finally {
    await checkpoint.close()
  }
}

async function readJson(path) {
  return JSON.parse(await readFile(path, 'utf8'))
}

function scaledWeights(weights, isScaled) {
  const read = async (name) => {
    const values = await weights.read(name)
    return isScaled(name, weights) ? values.map((value) => value * factor) : values
  }
  return { ...weights, read }
}
