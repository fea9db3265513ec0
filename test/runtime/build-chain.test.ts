import { truncate } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { PdfnetError } from '#dist/errors.js'
import {
  buildChain,
  listEngines,
  testedPlans,
  type BuildWhen,
  type ChainLibrary,
  type GraphStage,
  type PlanStage,
} from '#dist/runtime/index.js'
import { prepareModel } from '#dist/setup/index.js'
import { Store } from '#dist/store/index.js'
import { golden } from '../models/network.js'
import { smallDepth, smallPdfnet } from '../setup/fixtures.js'
import { makerOf } from '../store/help.js'
import { fakeLibrary, realLibrary, temporaryFolder } from './build-help.js'

const command = 'npx pdfnet-trt build-engine pdfnet'
const posts = ['post-uint8', 'post-uint16', 'post-float32']

async function openStore(t: ExecutionContext): Promise<Store> {
  return Store.open(join(await temporaryFolder(t), 'store'))
}

async function stagesOf(store: Store, withDepth: boolean): Promise<readonly GraphStage[]> {
  const depth = { recipe: smallDepth, weights: join(golden, 'depth-anything-v2-tiny.pth') }
  const weights = join(golden, 'pdfnet-tiny.pth')
  const form = { target: 'tensorrt', precision: 'fp16', weights } as const
  return (await prepareModel(store, smallPdfnet, { ...form, ...(withDepth && { depth }) })).stages
}

function build(
  store: Store,
  stages: readonly GraphStage[],
  library: ChainLibrary,
  when: BuildWhen,
): Promise<readonly PlanStage[]> {
  return buildChain(store, stages, { library, build: when, command })
}

test.serial(
  'checkpoints of a network and its depth network become a chain of engines, which is not built twice',
  async (t) => {
    const library = await realLibrary(t)
    if (!library) return
    const store = await openStore(t)
    const stages = await stagesOf(store, true)
    const done: number[] = []
    const built = await buildChain(store, stages, {
      ...{ library, build: 'if-missing', command },
      onProgress: ({ stage, done: count, total }) => {
        if (stage === 'build') done.push(count / total)
      },
    })
    t.deepEqual(
      built.map(({ name }) => name),
      ['pre', 'depth-pre', 'depth', 'pre-depth', 'core', ...posts],
    )
    t.deepEqual(
      built.map(({ from }) => from),
      stages.map(({ from }) => from),
    )
    t.true(built.every((stage) => stage.built && stage.record.tested === 'untested'))
    t.deepEqual(done, [...done].sort())
    t.is(done.at(-1), 1)

    const again = await build(store, stages, library, 'never')
    t.deepEqual(
      again.map(({ path, built: isNew }) => [path, isNew]),
      built.map(({ path }) => [path, false]),
    )

    const [core] = built.filter(({ name }) => name === 'core')
    await truncate(core!.path, 100)
    const missing = await t.throwsAsync(build(store, stages, library, 'never'), { code: 'ERR_ENGINE_MISSING' })
    t.regex(missing.message, /"core"/)
    const mended = await build(store, stages, library, 'if-missing')
    t.deepEqual(
      mended.filter((stage) => stage.built).map(({ name }) => name),
      ['core'],
      'a damaged engine is built again, and it alone',
    )
  },
)

test('where nothing is to be built, an engine that is not there is an error with the command that builds it', async (t) => {
  const store = await openStore(t)
  const library: ChainLibrary = { library: '/none', flavour: 'rtx', version: '1.7.1' }
  const error = await t.throwsAsync(build(store, await stagesOf(store, false), library, 'never'), {
    instanceOf: PdfnetError,
    code: 'ERR_ENGINE_MISSING',
    message: /"pre" for TensorRT-RTX 1\.7\.1/,
  })
  t.is(error.remedy, `Run: ${command}`)
})

test('a library without its parser opens engines, and builds none', async (t) => {
  const store = await openStore(t)
  const library: ChainLibrary = { library: '/none', flavour: 'rtx', version: '1.7.1' }
  const stages = await stagesOf(store, false)
  await t.throwsAsync(build(store, stages, library, 'if-missing'), { code: 'ERR_LIBRARY_LOAD', message: /parser/ })
})

test('Enterprise without a GPU builds nothing, and says so', async (t) => {
  const store = await openStore(t)
  const library: ChainLibrary = { library: '/none', parser: '/none', flavour: 'enterprise', version: '11.2.1' }
  const stages = await stagesOf(store, false)
  await t.throwsAsync(build(store, stages, library, 'if-missing'), { code: 'ERR_DEVICE_MISSING' })
})

test('a build that fails leaves no engine, and says of which graph', async (t) => {
  const store = await openStore(t)
  const folder = await fakeLibrary(t, 'null')
  const library: ChainLibrary = {
    library: join(folder, 'libtensorrt_rtx.so.1.7.1'),
    parser: join(folder, 'libtensorrt_onnxparser_rtx.so.1.7.1'),
    flavour: 'rtx',
    version: '1.7.1',
  }
  const asked = build(store, await stagesOf(store, false), library, 'if-missing')
  await t.throwsAsync(asked, { instanceOf: PdfnetError, message: /pre\.onnx/ })
  t.deepEqual(await store.list('engines'), [])
})

test('an aborted chain stops before the next engine', async (t) => {
  const store = await openStore(t)
  const library: ChainLibrary = { library: '/none', flavour: 'rtx', version: '1.7.1' }
  const stages = await stagesOf(store, false)
  const asked = buildChain(store, stages, { library, build: 'never', command, signal: AbortSignal.abort() })
  await t.throwsAsync(asked, { code: 'ERR_ABORTED' })
})

test('an engine that passed a self-test is listed as tested', async (t) => {
  const library = await realLibrary(t)
  if (!library) return
  const store = await openStore(t)
  const [pre, ...others] = await stagesOf(store, false)
  const [post] = others.slice(-1)
  const [tested] = await build(store, [pre!, post!], library, 'if-missing')
  const key = tested!.record.key
  await store.add('selftests', 'one', async (folder, scratch) => {
    await makerOf({ 'passed.json': '{}' })(folder, scratch)
    return { facts: { [testedPlans.fact]: testedPlans.write([key, 'another']) } }
  })
  const listed = await listEngines(store)
  t.is(listed.length, 2)
  for (const engine of listed) t.is(engine.record!.tested, engine.key === key ? 'passed' : 'untested')
})
