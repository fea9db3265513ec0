import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import anyTest, { type ExecutionContext, type TestFn } from 'ava'
import sharp, { type Sharp } from 'sharp'
import { GraphBuilder, writeOnnx } from '#dist/graph/index.js'
import { Matting, type PictureInput } from '#dist/index.js'
import { findCpuLibrary } from '#dist/setup/index.js'
import { Store } from '#dist/store/index.js'
import { tensorOf } from '#dist/tensor.js'
import { ready } from '../ready.js'
import { temporaryFolder } from '../store/help.js'

const photo = 'test/fixtures/photos/coffee.png'
const test = anyTest as TestFn<{ matting: Matting | undefined }>
let shared: Matting | undefined

test.before(async (t) => {
  if (await ready(t)) shared = await Matting.open({ model: 'isnet' })
})

test.after.always(() => shared?.dispose())

function withMatting(body: (t: ExecutionContext, matting: Matting) => Promise<void>) {
  return async (t: ExecutionContext): Promise<void> => {
    if (shared) await body(t, shared)
    else t.pass()
  }
}

/** Mean of the alpha, 0 to 1, in a rectangle. */
async function meanAlpha(image: Sharp, left: number, top: number, width: number, height: number): Promise<number> {
  const part = await image.extract({ left, top, width, height }).toBuffer()
  const { channels } = await sharp(part, { raw: { width, height, channels: 1 } }).stats()
  return channels[0]!.mean / 255
}

test.serial(
  'the cup of the photograph is in the matte, and the table under it is not',
  withMatting(async (t, matting) => {
    const matte = await matting.matte(photo)
    t.is(matting.device.name, 'cpu')
    t.like(matte.alpha, { width: 600, height: 400, channels: 1, depth: 'uchar' })
    const alpha = matte.alphaImage().raw()
    t.true((await meanAlpha(alpha.clone(), 250, 100, 100, 60)) > 0.99, 'the cup')
    t.true((await meanAlpha(alpha.clone(), 0, 0, 60, 60)) < 0.01, 'the table')
    for (const [stage, time] of Object.entries(matte.timings)) t.true(time >= 0, stage)
    t.true(matte.timings.core > matte.timings.pre)
  }),
)

test.serial(
  'every kind of input gives the same matte as the path, and so do runs at the same time',
  withMatting(async (t, matting) => {
    const bytes = await readFile(photo)
    const { data, info } = await sharp(photo).raw().toBuffer({ resolveWithObject: true })
    const raw = { data, width: info.width, height: info.height, channels: info.channels as 3 }
    const inputs: Record<string, PictureInput> = {
      Buffer: bytes,
      Uint8Array: new Uint8Array(bytes),
      ArrayBuffer: new Uint8Array(bytes).buffer,
      Blob: new Blob([new Uint8Array(bytes)]),
      Readable: Readable.from([bytes.subarray(0, 1000), bytes.subarray(1000)]),
      Sharp: sharp(bytes),
      raw,
    }
    const wanted = Buffer.from((await matting.matte(photo)).alpha.data.buffer)
    const mattes = await Promise.all(
      Object.entries(inputs).map(async ([kind, input]) => ({ kind, matte: await matting.matte(input) })),
    )
    for (const { kind, matte } of mattes) t.true(wanted.equals(Buffer.from(matte.alpha.data.buffer)), kind)
  }),
)

test.serial(
  'a 16-bit picture gets a 16-bit alpha that agrees with the 8-bit one',
  withMatting(async (t, matting) => {
    const wide = await sharp(photo).toColourspace('rgb16').png().toBuffer()
    const [matte, narrow] = [await matting.matte(wide), await matting.matte(photo)]
    t.is(matte.alpha.depth, 'ushort')
    const apart = Array.from(matte.alpha.data, (value, index) => Math.abs(value / 257 - narrow.alpha.data[index]!))
    t.true(Math.max(...apart.slice(0, 100_000)) <= 0.5, 'the 8-bit alpha is the 16-bit one, rounded once')
    t.is((await sharp(await matte.cutout().png().toBuffer()).metadata()).depth, 'ushort')
  }),
)

test.serial(
  'pictures of one pixel and of one column work',
  withMatting(async (t, matting) => {
    for (const [width, height] of [
      [1, 1],
      [1, 8000],
    ] as const) {
      const picture = sharp({ create: { width, height, channels: 3, background: 'teal' } })
      const matte = await matting.matte(await picture.png().toBuffer())
      t.like(matte.alpha, { width, height })
      t.is(matte.alpha.data.length, width * height)
    }
  }),
)

test.serial(
  'a picture of 96 megapixels is shrunk for the engines, says so, and its object is where it was',
  withMatting(async (t, matting) => {
    const large = await sharp(photo).resize(12_000, 8000, { fit: 'fill' }).jpeg({ quality: 70 }).toBuffer()
    const { alpha, timings } = await matting.matte(large)
    t.like(alpha, { width: 12_000, height: 8000, depth: 'uchar' })
    t.true(timings.shrink! > 0 && timings.enlarge! > 0)
    const small = await matting.matte(photo)
    // The same scene 20 times as large: alphas differ by how that was enlarged, at the object's edge.
    const raw = { width: 12_000, height: 8000, channels: 1 } as const
    const again = sharp(alpha.data, { raw }).resize(600, 400, { fit: 'fill' }).toColourspace('b-w')
    const difference = again.composite([{ input: await small.alphaImage().png().toBuffer(), blend: 'difference' }])
    const seen = await difference.toColourspace('b-w').raw().toBuffer()
    const { channels } = await sharp(seen, { raw: { width: 600, height: 400, channels: 1 } }).stats()
    t.true(channels[0]!.mean < 1, `${channels[0]!.mean} of 255`)
  }),
)

test.serial(
  'a picture of one pixel by 32,768 works',
  withMatting(async (t, matting) => {
    const picture = sharp({ create: { width: 1, height: 32_768, channels: 3, background: 'teal' } })
    const { alpha, timings } = await matting.matte(await picture.png().toBuffer())
    t.like(alpha, { width: 1, height: 32_768 })
    t.is(alpha.data.length, 32_768)
    t.true('shrink' in timings && 'enlarge' in timings)
  }),
)

test.serial(
  'a running matte that is aborted ends at once, and the next one is whole',
  withMatting(async (t, matting) => {
    const wanted = Buffer.from((await matting.matte(photo)).alpha.data.buffer)
    const controller = new AbortController()
    const running = matting.matte(photo, { signal: controller.signal })
    setTimeout(() => controller.abort(new Error('enough')), 300)
    const began = performance.now()
    await t.throwsAsync(running, { name: 'AbortError', code: 'ERR_ABORTED' })
    t.true(performance.now() - began < 1500)
    t.true(wanted.equals(Buffer.from((await matting.matte(photo)).alpha.data.buffer)))
  }),
)

test.serial(
  'a bad picture rejects with what it is, and the matting goes on',
  withMatting(async (t, matting) => {
    const bytes = await readFile(photo)
    const bad = matting.matte(bytes.subarray(0, bytes.length / 2))
    const good = matting.matte(photo)
    await t.throwsAsync(bad, { code: 'ERR_INPUT_CORRUPT' })
    t.is((await good).width, 600)
    await t.throwsAsync(matting.matte('absent.jpg'), { code: 'ERR_INPUT_MISSING', message: /absent\.jpg/ })
    await t.throwsAsync(matting.matte(7 as never), { code: 'ERR_ARGUMENT' })
  }),
)

test.serial('a disposed matting refuses new pictures and finishes those it has', async (t) => {
  if (!(await ready(t))) return
  const matting = await Matting.open({ model: 'isnet', device: 'cpu' })
  const running = matting.matte(photo)
  const disposed = matting.dispose()
  await t.throwsAsync(matting.matte(photo), { code: 'ERR_DISPOSED' })
  t.is((await running).width, 600)
  await disposed
  await matting.dispose()
})

test('options that are not what they should be are refused by name, without any work', async (t) => {
  const open = (options: object): Promise<Matting> => Matting.open(options as never)
  await t.throwsAsync(open({}), { code: 'ERR_ARGUMENT', message: /for model/ })
  await t.throwsAsync(open({ model: 'isnet', concurrency: 0 }), { code: 'ERR_ARGUMENT', message: /for concurrency/ })
  await t.throwsAsync(open({ model: 'isnet', device: 'gpu' }), { code: 'ERR_ARGUMENT', message: /for device/ })
  await t.throwsAsync(open({ model: 'isnet', store: 'here' }), { code: 'ERR_ARGUMENT', message: /for store/ })
  for (const [option, value] of [
    ['weights', ''],
    ['randomWeights', -1],
    ['depth', 'small'],
    ['gpu', 1.5],
    ['library', 'lib'],
    ['size', 512],
    ['size', [0, 512]],
    ['precision', 'fp8'],
    ['batch', 0],
    ['build', 'always'],
    ['onPhase', 1],
  ] as const) {
    const message = new RegExp(` for ${option}`)
    await t.throwsAsync(open({ model: 'isnet', [option]: value }), { code: 'ERR_ARGUMENT', message })
  }
  const depth = { model: 'depth-anything-v2-small', weights: 7 }
  await t.throwsAsync(open({ model: 'pdfnet', depth }), { code: 'ERR_ARGUMENT', message: /for depth\.weights/ })
  await t.throwsAsync(open({ model: 'pdfnet' }), { code: 'ERR_ARGUMENT', message: /pseudo-depth.* for depth/ })
  await t.throwsAsync(open({ model: '../isnet' }), { code: 'ERR_MODEL_UNKNOWN' })
  await t.throwsAsync(Matting.open(undefined as never), { code: 'ERR_ARGUMENT', message: /for options/ })
})

test.serial(
  'sizes that the network’s graph does not have, and given depth that it does not take, are refused at opening',
  withMatting(async (t) => {
    const b = new GraphBuilder('an export of one size')
    const weight = b.constant('weight', tensorOf('float32', [1, 3, 1, 1], [0.3, 0.4, 0.3]))
    const mixed = b.node('Conv', [b.input('input', 'float32', [1, 3, 1024, 1024]), weight])
    const shape = b.constant('shape', tensorOf('int64', [4], [1, 1, 1024, 1024]))
    b.output(b.node('Reshape', [mixed, shape], {}, { name: 'output' }), 'float32', [1, 1, 1024, 1024])
    const folder = await temporaryFolder(t)
    const weights = join(folder, 'weights.onnx')
    await writeOnnx(b.build(), weights)
    const library = await findCpuLibrary(await Store.open())
    const options = { model: 'isnet', weights, library, store: join(folder, 'store') } as const
    await t.throwsAsync(Matting.open({ ...options, augmentation: 'full' }), {
      code: 'ERR_MODEL_UNSUPPORTED',
      message: /1024×1024/,
    })
    await t.throwsAsync(Matting.open({ model: 'isnet', depth: 'given' }), { code: 'ERR_ARGUMENT', message: /given/ })
  }),
)
