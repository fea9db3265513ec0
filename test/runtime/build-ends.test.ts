/** How a build ends when it does not end well: with fakes of the library, no real one is needed. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { PdfnetError } from '#dist/errors.js'
import { buildEngine } from '#dist/runtime/index.js'
import { GraphBuilder, writeOnnx } from '#dist/graph/index.js'
import { convolution, fakeLibrary, temporaryFolder, writeGraph } from './build-help.js'
import { processesNaming, startRunner, until } from './build-processes.js'

/** Milliseconds: what hangs would hang for ever, and a busy machine is slow. */
const atOnce = 5000
const cli = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url))

test('an abort ends the build program, and what it started, at once, and leaves nothing', async (t) => {
  const [folder, library] = [await temporaryFolder(t), await fakeLibrary(t, 'hangs')]
  const onnx = await writeGraph(folder)
  const controller = new AbortController()
  const building = buildEngine({ onnx, library, output: join(folder, 'out.plan'), signal: controller.signal })
  const ended = t.throwsAsync(building, { code: 'ERR_ABORTED' })
  await until(async () => (await processesNaming(onnx)).length === 2)
  const began = performance.now()
  controller.abort()
  await ended
  t.true(performance.now() - began < atOnce, `${performance.now() - began} ms`)
  await until(async () => (await processesNaming(onnx)).length === 0, atOnce)
  t.deepEqual(await readdir(folder), ['graph.onnx'])
})

test('an abort before the build, or while the graph is looked at, builds nothing', async (t) => {
  const [folder, library] = [await temporaryFolder(t), await fakeLibrary(t, 'hangs')]
  const onnx = await writeGraph(folder)
  await t.throwsAsync(buildEngine({ onnx, library, signal: AbortSignal.abort() }), { code: 'ERR_ABORTED' })
  const controller = new AbortController()
  const onProgress = (): void => controller.abort()
  const output = join(folder, 'out.plan')
  const building = buildEngine({ onnx, library, output, signal: controller.signal, onProgress })
  await t.throwsAsync(building, { code: 'ERR_ABORTED' })
  t.deepEqual(await readdir(folder), ['graph.onnx'])
})

test.serial('what the library loads by name is looked for beside it first, then where the caller says', async (t) => {
  const [folder, library] = [await temporaryFolder(t), await fakeLibrary(t, 'hangs')]
  const onnx = await writeGraph(folder)
  const child = startRunner(
    { onnx, library, output: join(folder, 'out.plan') },
    { LD_LIBRARY_PATH: '/opt/one:/opt/two' },
  )
  await until(async () => (await processesNaming(onnx)).length === 3)
  const [program] = (await processesNaming(onnx)).filter((id) => id !== child.pid)
  const environment = (await readFile(`/proc/${program}/environ`, 'utf8')).split('\0')
  t.true(environment.includes(`LD_LIBRARY_PATH=${library}:/opt/one:/opt/two`))
  child.kill('SIGKILL')
  await until(async () => !(await processesNaming(onnx)).includes(program!))
  for (const id of await processesNaming(onnx)) process.kill(id, 'SIGKILL')
})

test.serial('however many builds run, one listener waits for the end of the process', async (t) => {
  const [folder, library] = [await temporaryFolder(t), await fakeLibrary(t, 'hangs')]
  const onnx = await writeGraph(folder)
  const controller = new AbortController()
  t.teardown(() => controller.abort())
  const build = async (name: string): Promise<void> => {
    const building = buildEngine({ onnx, library, output: join(folder, name), signal: controller.signal })
    await t.throwsAsync(building, { code: 'ERR_ABORTED' })
  }
  const building = [build('one')]
  await until(async () => (await processesNaming(onnx)).length === 2)
  const listeners = process.listenerCount('exit')
  building.push(build('two'), build('three'))
  await until(async () => (await processesNaming(onnx)).length === 6)
  t.is(process.listenerCount('exit'), listeners)
  controller.abort()
  await Promise.all(building)
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} ends the verb with status 130, and leaves nothing`, async (t) => {
    const [folder, library] = [await temporaryFolder(t), await fakeLibrary(t, 'hangs')]
    const onnx = await writeGraph(folder)
    const args = [cli, 'build-engine', '--onnx', onnx, '-o', join(folder, 'out.plan'), '--library', library]
    const child = spawn(process.execPath, args, { stdio: 'ignore' })
    await until(async () => (await processesNaming(onnx)).length === 3)
    child.kill(signal)
    const [status] = (await once(child, 'exit')) as [number | null]
    t.is(status, 130)
    await until(async () => (await processesNaming(onnx)).length === 0, atOnce)
    t.deepEqual(await readdir(folder), ['graph.onnx'])
  })
}

test('the build program does not outlive a parent that was killed', async (t) => {
  const [folder, library] = [await temporaryFolder(t), await fakeLibrary(t, 'hangs')]
  const onnx = await writeGraph(folder)
  const child = startRunner({ onnx, library, output: join(folder, 'out.plan') })
  await until(async () => (await processesNaming(onnx)).length === 3)
  const [program] = (await processesNaming(onnx)).filter((id) => id !== child.pid)
  child.kill('SIGKILL')
  await until(async () => !(await processesNaming(onnx)).includes(program!), atOnce)
  for (const id of await processesNaming(onnx)) process.kill(id, 'SIGKILL')
  t.pass()
})

test('a library that crashes is an error with the signal in it', async (t) => {
  const [folder, library] = [await temporaryFolder(t), await fakeLibrary(t, 'crashes')]
  const building = buildEngine({ onnx: await writeGraph(folder), library, output: join(folder, 'out.plan') })
  await t.throwsAsync(building, { code: 'ERR_ENGINE_BUILD', message: /SIGSEGV/ })
  t.deepEqual(await readdir(folder), ['graph.onnx'])
})

test('a build that the system kills is told as a lack of memory', async (t) => {
  const [folder, library] = [await temporaryFolder(t), await fakeLibrary(t, 'is-killed')]
  const building = buildEngine({ onnx: await writeGraph(folder), library, output: join(folder, 'out.plan') })
  await t.throwsAsync(building, { code: 'ERR_MEMORY' })
})

test('a library that makes no builder is an error, not a crash', async (t) => {
  const [folder, library] = [await temporaryFolder(t), await fakeLibrary(t, 'null')]
  const building = buildEngine({ onnx: await writeGraph(folder), library, output: join(folder, 'out.plan') })
  await t.throwsAsync(building, { code: 'ERR_ENGINE_BUILD', message: /made no builder/ })
})

test('a callback that throws ends the build with what it threw', async (t) => {
  const [folder, library] = [await temporaryFolder(t), await fakeLibrary(t, 'hangs')]
  const onnx = await writeGraph(folder)
  const onPhase = (): void => {
    throw new Error('from the callback')
  }
  await t.throwsAsync(buildEngine({ onnx, library, onPhase, output: join(folder, 'out.plan') }), {
    message: 'from the callback',
  })
  await until(async () => (await processesNaming(onnx)).length === 0)
})

test('a graph that is missing, truncated, not ONNX, or has unknown operators never reaches the library', async (t) => {
  const [folder, library] = [await temporaryFolder(t), await fakeLibrary(t, 'hangs')]
  const strange = new GraphBuilder('strange')
  const x = strange.input('x', 'float32', [1])
  strange.output(strange.node('my.own::Frobnicate', [x], {}, { name: 'y' }), 'float32', [1])
  await writeGraph(folder, strange.build(), 'strange.onnx')
  await writeFile(join(folder, 'text.onnx'), 'not an ONNX file at all')
  await writeFile(join(folder, 'empty.onnx'), '')
  const rejects = (name: string, code: string) =>
    t.throwsAsync<PdfnetError>(buildEngine({ onnx: join(folder, name), library }), { code })
  await rejects('missing.onnx', 'ERR_INPUT_MISSING')
  await rejects('text.onnx', 'ERR_ONNX_FORMAT')
  await rejects('empty.onnx', 'ERR_ONNX_FORMAT')
  t.regex((await rejects('strange.onnx', 'ERR_ONNX_OPERATOR')).message, /my\.own::Frobnicate/)
})

test('external data that leads out of the graph’s folder never reaches the library', async (t) => {
  const [folder, library] = [await temporaryFolder(t), await fakeLibrary(t, 'hangs')]
  const inner = join(folder, 'inner')
  await mkdir(inner)
  const onnx = join(inner, 'graph.onnx')
  await writeOnnx(convolution(16), onnx, { external: true })
  await rename(`${onnx}.data`, join(folder, 'outside.data'))
  await symlink('../outside.data', `${onnx}.data`)
  await t.throwsAsync(buildEngine({ onnx, library }), { code: 'ERR_ONNX_EXTERNAL' })
})

test('profiles are held against the graph before anything is built', async (t) => {
  const [folder, library] = [await temporaryFolder(t), await fakeLibrary(t, 'hangs')]
  const onnx = await writeGraph(folder, convolution(8, [1, 3, 'height', 'width']))
  const shape = (side: number, channels = 3): number[] => [1, channels, side, side]
  const profile = (channels: number) => ({
    min: shape(8, channels),
    opt: shape(16, channels),
    max: shape(32, channels),
  })
  const rejects = (profiles: object[], message: RegExp) =>
    t.throwsAsync(buildEngine({ onnx, library, profiles: profiles as never }), { code: 'ERR_ARGUMENT', message })
  await rejects([], /input "x" is known only at the run/)
  await rejects([{ z: profile(3) }], /inputs of the graph \(x\)/)
  await rejects([{ x: profile(4) }], /axis 1/)
  await rejects([{ x: { min: [1], opt: [1], max: [1] } }], /4 sizes/)
})

test('an output that cannot be written, or would overwrite the graph, is refused', async (t) => {
  const [folder, library] = [await temporaryFolder(t), await fakeLibrary(t, 'hangs')]
  const onnx = await writeGraph(folder)
  await t.throwsAsync(buildEngine({ onnx, library, output: onnx }), { code: 'ERR_OUTPUT_CLASH' })
  await t.throwsAsync(buildEngine({ onnx, library, output: folder }), { code: 'ERR_OUTPUT_WRITE' })
  for (const output of [join(folder, 'no-such-folder', 'out.plan'), '/proc/out.plan']) {
    await t.throwsAsync(buildEngine({ onnx, library, output }), { code: 'ERR_OUTPUT_WRITE' })
  }
  t.deepEqual(await readdir(folder), ['graph.onnx'])
})
