import { join } from 'node:path'
import test from 'ava'
import { Chain, selfTest } from '#dist/runtime/index.js'
import { buildCommand } from '#dist/matting/engines.js'
import { prepareModel } from '#dist/setup/index.js'
import { Store } from '#dist/store/index.js'
import { golden } from '../models/network.js'
import { cpuLibrary, temporaryFolder } from '../native/addon.js'
import { smallDepth, smallPdfnet } from '../setup/fixtures.js'

test('checkpoints of a network and its depth network become a chain that passes its self-test on the CPU device', async (t) => {
  const library = await cpuLibrary(t)
  if (library === undefined) return
  const store = await Store.open(join(await temporaryFolder(t), 'store'))
  const weights = join(golden, 'pdfnet-tiny.pth')
  const depth = { recipe: smallDepth, weights: join(golden, 'depth-anything-v2-tiny.pth') }
  const form = { target: 'cpu', precision: 'fp32', batch: 2 } as const
  const { stages } = await prepareModel(store, smallPdfnet, { ...form, weights, depth })
  const chain = await Chain.open(stages, { engine: 'cpu', library, instances: 1, threads: 1 })
  t.teardown(() => chain.dispose())
  t.is(chain.batch, 2)
  const matte = await selfTest(chain, { trained: false, tolerance: { mean: 1e-6, largest: 1e-5 } })
  t.true(Math.max(...matte) - Math.min(...matte) > 0.01)
  const picture = { data: new Uint8Array(40 * 20 * 3).fill(90), width: 40, height: 20 }
  const [result] = await chain.run([{ picture, type: 'uint8', wantDepth: true }])
  t.deepEqual(result!.matte.shape, [20, 40])
  t.deepEqual(result!.depth!.shape, [518, 1036], 'the shorter side becomes the depth network’s')
})

test('the command that builds a model’s engines says all that makes them', (t) => {
  t.is(
    buildCommand({ model: 'isnet', size: [512, 768], batch: 4 }),
    'npx pdfnet-trt build-engine isnet --size 512x768 --batch 4',
  )
  const depth = { model: 'depth-anything-v2-small', weights: 'd.pth' }
  t.is(
    buildCommand({ model: 'pdfnet', weights: 'p.pth', depth, precision: 'fp32' }),
    'npx pdfnet-trt build-engine pdfnet --weights p.pth --depth-model depth-anything-v2-small --depth-weights d.pth --precision fp32',
  )
})
