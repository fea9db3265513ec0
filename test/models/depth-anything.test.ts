import test from 'ava'
import { depthAnythingGraph } from '#dist/models/index.js'
import { goldenTensors, goldenWeights, largestError, runNetwork, singlePrecision } from './network.js'

const tiny = {
  embed_dim: 48,
  depth: 12,
  num_heads: 3,
  features: 16,
  out_channels: [12, 16, 24, 48],
  layers: [2, 5, 8, 11],
}

for (const [height, width] of [
  [70, 98],
  [518, 518],
] as const) {
  for (const target of ['cpu', 'tensorrt'] as const) {
    test(`the graph for ${target} gives what the authors' code gives at ${height}×${width}`, async (t) => {
      const expected = await goldenTensors('depth-anything-v2-tiny')
      const weights = await goldenWeights(t, 'depth-anything-v2-tiny')
      const model = depthAnythingGraph(weights, { target, size: [height, width], batch: 1, config: tiny })
      const features = expected.get(`features.${height}x${width}`)!
      const depth = expected.get(`depth.${height}x${width}`)!
      const found = await runNetwork(
        t,
        model,
        { image: expected.get(`image.${height}x${width}`)! },
        { depth: depth.shape, 'pretrained.norm_3': features.shape },
      )
      if (!found) return
      for (const [name, of] of [
        ['depth', depth],
        ['pretrained.norm_3', features],
      ] as const) {
        const error = largestError(found.get(name)!, of.data)
        t.log(name, error)
        t.true(error <= singlePrecision, `${name}: ${error}`)
      }
    })
  }
}
