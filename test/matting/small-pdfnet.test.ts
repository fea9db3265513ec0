/** A small PDFNet on the CPU device, without a depth network: depth that is given, tiles, and several sizes together. */

import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import type { DepthMap } from '#dist/matting/given-depth.js'
import type { MatteOptions } from '#dist/matting/index.js'
import { matteOf } from '#dist/matting/pass.js'
import { Schedule } from '#dist/matting/schedule.js'
import { Chain, selfTest } from '#dist/runtime/index.js'
import { prepareModel } from '#dist/setup/index.js'
import { Store } from '#dist/store/index.js'
import { golden } from '../models/network.js'
import { cpuLibrary, temporaryFolder } from '../native/addon.js'
import { smallPdfnet } from '../setup/fixtures.js'

const size = { width: 150, height: 100 }
const pixels = size.width * size.height
const picture = {
  ...{ ...size, channels: 3 as const },
  data: Uint8Array.from({ length: pixels * 3 }, (_, at) => 128 + 100 * Math.sin(at / 900) + ((at * 7919) % 23)),
}

function depthMap(turn: number): DepthMap {
  return { ...size, data: Float32Array.from({ length: pixels }, (_, at) => Math.sin(at / 4000 + turn)) }
}

/** Chains of the same weights for 64×64 and for others. */
async function openChains(t: ExecutionContext, library: string): Promise<readonly [Chain, ...Chain[]]> {
  const store = await Store.open(join(await temporaryFolder(t), 'store'))
  const open = async (side: number): Promise<Chain> => {
    const recipe = { ...smallPdfnet, input: { ...smallPdfnet.input, size: [side, side] as const } }
    const form = { target: 'cpu', precision: 'fp32', weights: join(golden, 'pdfnet-tiny.pth') } as const
    const { stages } = await prepareModel(store, recipe, form)
    const chain = await Chain.open(stages, { engine: 'cpu', library, instances: 1, threads: 1 })
    t.teardown(() => chain.dispose())
    return chain
  }
  return [await open(64), await open(32), await open(96)]
}

test('PDFNet mattes with given depth, in tiles and over sizes, each of which changes the matte', async (t) => {
  const library = await cpuLibrary(t)
  if (library === undefined) return
  const [own, ...scaled] = await openChains(t, library)
  t.true(own.needsDepth)
  await selfTest(own, { trained: false })
  const input = { width: 64, height: 64 }
  const matteBy = (chain: Chain, others: readonly Chain[]) => {
    const schedule = new Schedule(chain, { concurrency: 1, capacity: 10 }, others)
    return (options: MatteOptions) =>
      schedule.run(
        (infer, inferScaled) => matteOf(picture, infer, { input, largest: 8192, scaled: inferScaled }, options),
        options,
      )
  }
  const matte = matteBy(own, scaled)
  const wanted = { depth: depthMap(0), foreground: false } as const

  const plain = await matte(wanted)
  t.like(plain.alpha, { ...size, depth: 'uchar' })
  t.deepEqual([plain.pseudoDepth!.width, plain.pseudoDepth!.height], [150, 100])
  const alphas = [
    plain.alpha.data,
    (await matte({ ...wanted, depth: depthMap(2) })).alpha.data,
    (await matte({ ...wanted, detail: 'full' })).alpha.data,
    (await matteBy(own, [])({ ...wanted, augment: true })).alpha.data,
    (await matte({ ...wanted, augment: true })).alpha.data,
  ].map((data) => Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex'))
  t.is(new Set(alphas).size, alphas.length)

  const full = { ...wanted, augment: true, detail: 'auto', uncertainty: true } as const
  const [one, two] = await Promise.all([matte(full), matte(full)])
  t.deepEqual(one.alpha.data, two.alpha.data, 'at the same time as another, the same bytes')
  t.true(one.uncertainty!.mean > 0)
})

test('without depth a chain that has no network for it refuses the picture, and goes on', async (t) => {
  const library = await cpuLibrary(t)
  if (library === undefined) return
  const [own] = await openChains(t, library)
  const raw = { data: picture.data, ...size }
  await t.throwsAsync(own.run([{ picture: raw, type: 'uint8' }]), { code: 'ERR_ARGUMENT', message: /pseudo-depth/ })
  const depth = { dtype: 'float32', shape: [1, 2], data: new Uint8Array(Float32Array.of(1, 2).buffer) } as const
  t.is((await own.run([{ picture: raw, type: 'uint8', depth }]))[0]!.matte.data.length, pixels)
})
