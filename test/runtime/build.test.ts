/** Builds with the real TensorRT-RTX, where it is set up. */

import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import test from 'ava'
import type { PdfnetError } from '#dist/errors.js'
import { buildEngine, checkPlan, type BuildPhase, type PlanRecord } from '#dist/runtime/index.js'
import { Store } from '#dist/store/index.js'
import { everyOperator, quantised, resizing } from './build-graphs.js'
import { convolution, realLibrary, temporaryFolder, writeGraph } from './build-help.js'
import { outcome, processesNaming, startRunner, until } from './build-processes.js'

test.serial('an ONNX file becomes a plan and a sidecar that says what it is, and nothing else', async (t) => {
  const library = await realLibrary(t)
  if (!library) return
  const folder = await temporaryFolder(t)
  const onnx = await writeGraph(folder)
  const output = join(folder, 'engine.plan')
  const { plan, record, built } = await buildEngine({ onnx, output })
  t.is(plan, output)
  t.true(built)
  t.deepEqual((await readdir(folder)).sort(), ['engine.plan', 'engine.plan.json', 'graph.onnx'])
  t.is((await stat(plan)).mode & 0o777, 0o600)
  t.deepEqual(JSON.parse(await readFile(`${plan}.json`, 'utf8')) as PlanRecord, record)
  t.is(record.graph[0]!.name, 'graph.onnx')
  t.is(record.plan.bytes, (await stat(plan)).size)
  t.is(record.tested, 'untested')
  t.true(record.activationBytes! > 0 && record.weightBytes! > 0)
  t.true(record.build.seconds > 0 && record.build.peakRssBytes > 50e6)
  t.deepEqual(await checkPlan(plan, library), record)
})

for (const type of ['float32', 'float16'] as const) {
  test.serial(`every operator of PDFNet’s graph is built in ${type}`, async (t) => {
    if (!(await realLibrary(t))) return
    const folder = await temporaryFolder(t)
    const { record } = await buildEngine({
      onnx: await writeGraph(folder, everyOperator(type)),
      output: join(folder, 'p'),
    })
    t.true(record.plan.bytes > 0)
  })
}

test.serial('sizes and shapes that are known only at the run have their ranges from the profile', async (t) => {
  if (!(await realLibrary(t))) return
  const folder = await temporaryFolder(t)
  const onnx = await writeGraph(folder, resizing())
  const x = { min: [1, 3, 1, 1], opt: [1, 3, 64, 64], max: [1, 3, 256, 256] }
  const size = { min: [1, 1], opt: [64, 64], max: [512, 512] }
  const { record } = await buildEngine({ onnx, output: join(folder, 'p'), profiles: [{ x, size }] })
  t.deepEqual(record.settings.profiles, [{ x, size }])
  const incomplete = buildEngine({ onnx, output: join(folder, 'q'), profiles: [{ x }] })
  await t.throwsAsync(incomplete, { code: 'ERR_ENGINE_BUILD', message: /size/ })
})

test.serial('external data is built from, and is part of the key', async (t) => {
  if (!(await realLibrary(t))) return
  const folder = await temporaryFolder(t)
  const onnx = await writeGraph(folder, convolution(32), 'graph.onnx', { external: true })
  const { record } = await buildEngine({ onnx, output: join(folder, 'p') })
  t.deepEqual(
    record.graph.map(({ name }) => name),
    ['graph.onnx', 'graph.onnx.data'],
  )
})

test.serial('operators that TensorRT does not have are named, with their nodes', async (t) => {
  if (!(await realLibrary(t))) return
  const folder = await temporaryFolder(t)
  const building = buildEngine({ onnx: await writeGraph(folder, quantised()), output: join(folder, 'p') })
  const error = await t.throwsAsync<PdfnetError>(building, { code: 'ERR_ONNX_OPERATOR' })
  t.regex(error.message, /TensorRT-RTX [\d.]+ does not support DynamicQuantizeLinear \(node quantise/)
  t.deepEqual(await readdir(folder), ['graph.onnx'])
})

test.serial('a graph that does not fit together is refused with the node that does not', async (t) => {
  if (!(await realLibrary(t))) return
  const folder = await temporaryFolder(t)
  const onnx = await writeGraph(folder, convolution(8, [1, 5, 32, 32]))
  const error = await t.throwsAsync(buildEngine({ onnx, output: join(folder, 'p') }), { code: 'ERR_ENGINE_BUILD' })
  t.regex(error.message, /Conv/)
})

test.serial('all options reach the library, and each has a key of its own', async (t) => {
  if (!(await realLibrary(t))) return
  const folder = await temporaryFolder(t)
  const onnx = await writeGraph(folder)
  const keys = new Set<string>()
  for (const options of [
    {},
    { workspaceBytes: 1 << 28 },
    { optimizationLevel: 1 },
    { auxiliaryStreams: 0 },
    { targetCapabilities: ['8.9'] },
    { targetCapabilities: ['7.5', '12.0'] },
  ]) {
    const { record } = await buildEngine({ onnx, output: join(folder, 'p'), ...options })
    keys.add(record.key)
    t.like(record.settings, { ...options, profiles: [] })
  }
  t.is(keys.size, 6)
  const copy = await writeGraph(folder, convolution(), 'copy.onnx')
  const { record } = await buildEngine({ onnx: copy, output: join(folder, 'p') })
  t.true(keys.has(record.key), 'a copy under another name is the same engine')
})

test.serial('the phases are told a few times a second, in a time that only grows', async (t) => {
  if (!(await realLibrary(t))) return
  const folder = await temporaryFolder(t)
  const phases: BuildPhase[] = []
  const onnx = await writeGraph(folder, everyOperator('float32'))
  const { record } = await buildEngine({ onnx, output: join(folder, 'p'), onPhase: (phase) => phases.push(phase) })
  t.true(phases.length <= Math.ceil(record.build.seconds * 4) + 2, `${phases.length} in ${record.build.seconds} s`)
  t.deepEqual(
    phases.map(({ seconds }) => seconds),
    phases.map(({ seconds }) => seconds).sort((one, other) => one - other),
  )
})

test.serial('an abort in the middle of a real build ends it at once, and leaves nothing', async (t) => {
  if (!(await realLibrary(t))) return
  const folder = await temporaryFolder(t)
  const onnx = await writeGraph(folder, everyOperator('float32'))
  const controller = new AbortController()
  const building = buildEngine({ onnx, output: join(folder, 'p'), signal: controller.signal })
  const ended = t.throwsAsync(building, { code: 'ERR_ABORTED' })
  await until(async () => (await processesNaming(onnx)).length === 1)
  const began = performance.now()
  controller.abort()
  await ended
  t.true(performance.now() - began < 5000, `${performance.now() - began} ms`)
  t.deepEqual(await processesNaming(onnx), [])
  t.deepEqual(await readdir(folder), ['graph.onnx'])
})

test.serial('a disk that fills up in the middle of the plan is an error, and leaves nothing', async (t) => {
  const library = await realLibrary(t)
  if (!library) return
  const folder = await temporaryFolder(t)
  const onnx = await writeGraph(folder)
  const limited = startRunner({ onnx, output: join(folder, 'p') }, {}, ['prlimit', '--fsize=10000'])
  t.is((await outcome(limited)).error?.code, 'ERR_OUTPUT_WRITE')
  t.deepEqual(await readdir(folder), ['graph.onnx'])
  const env = { PDFNET_TRT_STORE: join(folder, 'store') }
  const options = { onnx, library: dirname(library.library) }
  const inStore = startRunner(options, env, ['prlimit', '--fsize=10000'])
  t.is((await outcome(inStore)).error?.code, 'ERR_STORE_WRITE')
  t.deepEqual(await (await Store.open(env.PDFNET_TRT_STORE)).list(), [])
})

test.serial('of two processes that want one engine one builds it, and the other waits for it', async (t) => {
  const library = await realLibrary(t)
  if (!library) return
  const folder = await temporaryFolder(t)
  const onnx = await writeGraph(folder)
  const env = { PDFNET_TRT_STORE: join(folder, 'store') }
  const options = { onnx, library: dirname(library.library) }
  const outcomes = await Promise.all([1, 2].map(() => outcome(startRunner(options, env))))
  t.deepEqual(outcomes.map(({ built }) => built).sort(), [false, true])
  t.is(outcomes[0]!.plan, outcomes[1]!.plan)
  const entries = await (await Store.open(env.PDFNET_TRT_STORE)).list()
  t.deepEqual(
    entries.map(({ kind, key }) => `${kind}/${key}`),
    [`engines/${outcomes[0]!.key}`],
  )
})

test.serial('IS-Net’s weights in float16 are built in 600 MB', async (t) => {
  if (!(await realLibrary(t))) return
  const entries = await (await Store.open()).list()
  const entry = entries.find(({ kind, key }) => kind === 'weights' && key.startsWith('isnet'))?.entry
  if (!entry) {
    t.log('passed over: IS-Net is not in the store (npm run setup)')
    return t.pass()
  }
  const folder = await temporaryFolder(t)
  const { plan, record } = await buildEngine({ onnx: entry.file('weights.onnx'), output: join(folder, 'isnet.plan') })
  t.log(`${basename(plan)}: ${record.build.seconds} s, ${Math.round(record.build.peakRssBytes / 1e6)} MB`)
  t.true(record.build.peakRssBytes < 600e6)
})
