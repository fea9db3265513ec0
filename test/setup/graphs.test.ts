import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { loadRecipe, type Recipe } from '#dist/models/index.js'
import { graphsVersion } from '#dist/setup/graphs.js'
import { prepareModel } from '#dist/setup/index.js'
import { Store } from '#dist/store/index.js'
import { temporaryFolder } from '../store/help.js'
import { networkSize, sha256Of, writeNetwork } from './fixtures.js'

/** Of the graphs of one small network. */
const known = { version: 8, hash: 'cd3c0aea5b749d8a' }

test('other graphs than before come with another version, so that no store serves the old ones', async (t) => {
  const folder = await temporaryFolder(t)
  const recipe: Recipe = {
    ...loadRecipe('isnet'),
    name: 'graphs',
    input: {
      name: 'input',
      size: networkSize,
      scale: 255,
      mean: [0.1, 0.2, 0.3],
      deviation: [0.4, 0.5, 0.6],
      resize: 'bilinear',
    },
    output: { kind: 'alpha', name: 'output', activation: 'sigmoid' },
  }
  const weights = join(folder, 'network.onnx')
  await writeNetwork(weights, 1)
  const store = await Store.open(join(folder, 'store'))
  const { stages } = await prepareModel(store, recipe, { target: 'cpu', precision: 'fp32', weights })
  const graphs = await Promise.all(stages.map(({ path }) => readFile(path)))
  const hash = sha256Of(Buffer.concat(graphs)).slice(0, 16)
  const advice = 'the graphs have changed: raise graphsVersion in ts/setup/graphs.ts, and note it here with their hash'
  t.deepEqual({ version: graphsVersion, hash }, known, advice)
})
