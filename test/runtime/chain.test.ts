/** The chain on the fake: which graphs run for which pictures, in which order, and what comes out. */

import test from 'ava'
import { Chain, type ChainItem, type ChainStage } from '#dist/runtime/index.js'
import { depthSize } from '#dist/runtime/depth-size.js'
import { tensorOf } from '#dist/tensor.js'

const post = (type: string): ChainStage => ({
  name: `post-${type}`,
  path: `/post-${type}`,
  from: { alpha: 'core/logit' },
})
const posts = ['uint8', 'uint16', 'float32'].map(post)
const core = (name: string, depth: boolean): ChainStage => ({
  name,
  path: `/${name}`,
  from: { image: 'pre/input', ...(depth && { depth: 'pre-depth/input' }) },
})

const picturesOnly: readonly ChainStage[] = [
  { name: 'pre', path: '/pre', from: {} },
  core('core', false),
  core('core-2', false),
  ...posts,
]
const withDepth: readonly ChainStage[] = [
  { name: 'pre', path: '/pre', from: {} },
  { name: 'depth-pre', path: '/depth-pre', from: {} },
  { name: 'depth', path: '/depth', from: { image: 'depth-pre/input' } },
  { name: 'pre-depth', path: '/pre-depth', from: { depth: 'depth/depth' } },
  core('core', true),
  ...posts,
]

// Each graph adds one to the first number of its first input, and repeats it.
const settings = {
  ...{ scale: '1', offset: '1' },
  ...{ 'pre.inputs': 'image:uint8:-1,-1,3', 'pre.outputs': 'input:float32:1,1,8,8' },
  ...{ 'depth-pre.inputs': 'image:uint8:-1,-1,3;size:float32:2', 'depth-pre.outputs': 'input:float32:1,1,-1,-1' },
  ...{ 'depth.inputs': 'image:float32:1,1,-1,-1', 'depth.outputs': 'depth:float32:1,-1,-1' },
  ...{ 'pre-depth.inputs': 'depth:float32:1,-1,-1', 'pre-depth.outputs': 'input:float32:1,1,8,8' },
  ...{ 'core.inputs': 'image:float32:1,1,8,8', 'core.outputs': 'logit:float32:1,1,8,8' },
  ...{ 'core-2.inputs': 'image:float32:2,1,8,8', 'core-2.outputs': 'logit:float32:2,1,8,8' },
  ...{ 'post-uint8.inputs': 'alpha:float32:1,1,8,8', 'post-uint8.outputs': 'matte:uint8:-1,-1' },
  ...{ 'post-uint16.inputs': 'alpha:float32:1,1,8,8', 'post-uint16.outputs': 'matte:uint8:-1,-1,2' },
  ...{ 'post-float32.inputs': 'alpha:float32:1,1,8,8', 'post-float32.outputs': 'matte:float32:-1,-1' },
}

function open(stages: readonly ChainStage[], more: Readonly<Record<string, string>> = {}): Promise<Chain> {
  const options = { engine: 'fake', library: '/none', instances: 1, threads: 0 } as const
  return Chain.open(stages, { ...options, settings: { ...settings, ...more } })
}

function item(width: number, height: number, value: number, more: Partial<ChainItem> = {}): ChainItem {
  return { picture: { width, height, data: new Uint8Array(width * height * 3).fill(value) }, type: 'uint8', ...more }
}

test('A picture goes through pre, core and post, and says how long each took', async (t) => {
  const chain = await open(picturesOnly)
  const [result] = await chain.run([item(3, 2, 10)])
  t.deepEqual(result!.matte.shape, [2, 3])
  t.deepEqual([...result!.matte.data], [13, 13, 13, 13, 13, 13])
  t.deepEqual(Object.keys(result!.timings), ['queued', 'copyIn', 'pre', 'core', 'post', 'copyOut'])
  t.is(result!.batch, 1)
  await chain.dispose()
})

test('Mattes and depth maps are the caller’s: they outlive the chain, and can be transferred', async (t) => {
  const chain = await open(withDepth, {
    'core.inputs': 'depth:float32:1,1,8,8;image:float32:1,1,8,8',
    'depth-pre.inputs': 'image:uint8:-1,-1,3;size:int64:2',
  })
  const [result] = await chain.run([item(30, 20, 10, { wantDepth: true })])
  await chain.dispose()
  for (const { data } of [result!.matte, result!.depth!]) {
    const buffer = data.buffer as ArrayBuffer
    const before = Buffer.from(data)
    const transferred = structuredClone(buffer, { transfer: [buffer] })
    t.is(data.byteLength, 0)
    t.true(before.equals(new Uint8Array(transferred)))
  }
})

test('Pictures of two sizes share a run of the core, each in a slot of its own', async (t) => {
  const chain = await open(picturesOnly)
  t.is(chain.batch, 2)
  const results = await chain.run([item(3, 2, 10), item(1, 4, 20, { type: 'float32' })])
  t.deepEqual([...results[0]!.matte.data], [13, 13, 13, 13, 13, 13])
  t.deepEqual([...new Float32Array(results[1]!.matte.data.buffer)], [23, 23, 23, 23])
  t.deepEqual(
    results.map(({ batch }) => batch),
    [2, 2],
  )
  await chain.dispose()
})

test('More pictures than the batch, or none, are refused', async (t) => {
  const chain = await open(picturesOnly)
  const three = [1, 2, 3].map((value) => item(1, 1, value))
  await t.throwsAsync(chain.run(three), { code: 'ERR_ARGUMENT', message: /1 to 2 pictures for items, got 3/ })
  await t.throwsAsync(chain.run([]), { code: 'ERR_ARGUMENT' })
  await chain.dispose()
})

test('Depth is made inside the chain, and given back where it is wanted', async (t) => {
  const chain = await open(withDepth, {
    'core.inputs': 'depth:float32:1,1,8,8;image:float32:1,1,8,8',
    'depth-pre.inputs': 'image:uint8:-1,-1,3;size:int64:2',
  })
  const [plain] = await chain.run([item(30, 20, 10)])
  t.is(plain!.matte.data[0], 15, 'depth-pre, depth, pre-depth, core, post')
  t.is(plain!.depth, undefined)
  t.true(plain!.timings.depth! >= 0)
  const [wanted] = await chain.run([item(30, 20, 10, { wantDepth: true })])
  t.deepEqual(wanted!.depth!.shape, [518, 784])
  t.is(new Float32Array(wanted!.depth!.data.buffer)[0], 12)
  await chain.dispose()
})

test('Depth that is given stands in for the network', async (t) => {
  const chain = await open(withDepth, {
    'core.inputs': 'depth:float32:1,1,8,8;image:float32:1,1,8,8',
    'depth.fail_at': 'enqueue',
  })
  const depth = tensorOf('float32', [2, 2], [40, 40, 40, 40])
  const [result] = await chain.run([item(30, 20, 10, { depth })])
  t.is(result!.matte.data[0], 43)
  const odd = tensorOf('float32', [4], [1, 2, 3, 4])
  await t.throwsAsync(chain.run([item(3, 2, 1, { depth: odd })]), {
    code: 'ERR_ARGUMENT',
    message: /\[height, width\] for depth/,
  })
  await chain.dispose()
})

test('A chain without a depth network asks for depth', async (t) => {
  const stages = withDepth.filter(({ name }) => name !== 'depth-pre' && name !== 'depth')
  const chain = await open(stages, { 'core.inputs': 'depth:float32:1,1,8,8;image:float32:1,1,8,8' })
  await t.throwsAsync(chain.run([item(3, 2, 1)]), { code: 'ERR_ARGUMENT', message: /pseudo-depth/ })
  await chain.dispose()
})

test('The depth network sees 518 pixels on the shorter side, whole patches, and at most four times as many', (t) => {
  const sizes = [
    [1024, 1024, 518, 518],
    [1920, 1080, 924, 518],
    [1080, 1920, 518, 924],
    [640, 480, 686, 518],
    [100, 100, 518, 518],
    [8000, 100, 2072, 518],
  ] as const
  for (const [width, height, toWidth, toHeight] of sizes) {
    t.deepEqual(depthSize({ width, height }), { width: toWidth, height: toHeight })
  }
})
