/** ONNX Runtime behind the engine table: real runs, cancelling, and libraries and models that are not what they should be. */

import { copyFile, readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import test, { type ExecutionContext } from 'ava'
import { GraphBuilder, writeOnnx } from '#dist/graph/index.js'
import { addon, type NativeSession } from '#dist/native.js'
import { cpuLibrary, floats, runOnce, temporaryFolder, valuesOf, writeProducts } from './addon.js'

const oldLibrary = fileURLToPath(new URL('../../native/libold_onnxruntime.so', import.meta.url))

function open(library: string, model: string, instances = 1, threads = 0): Promise<NativeSession> {
  return addon().open({ engine: 'cpu', library, models: [model], instances, threads }, 1)
}

/** Two inputs of any length; their sum as `y`, their difference as `z`. */
async function writeSum(file: string): Promise<void> {
  const graph = new GraphBuilder('sum')
  const [a, b] = [graph.input('a', 'float32', ['n']), graph.input('b', 'float32', ['n'])]
  graph.output(graph.node('Add', [a, b], {}, { name: 'y' }), 'float32', ['n'])
  graph.output(graph.node('Sub', [a, b], {}, { name: 'z' }), 'float32', ['n'])
  await writeOnnx(graph.build(), file)
}

type WithLibrary = (t: ExecutionContext, library: string, folder: string) => Promise<void>

/** A test that is passed over, with the reason, where the library is not in the store. */
function testWithLibrary(title: string, body: WithLibrary): void {
  test.serial(title, async (t) => {
    const library = await cpuLibrary(t)
    if (library !== undefined) await body(t, library, await temporaryFolder(t))
  })
}

testWithLibrary(
  'A model runs in memory of the caller, with sizes that only the run knows',
  async (t, library, folder) => {
    const model = join(folder, 'sum.onnx')
    await writeSum(model)
    const session = await open(library, model, 2)
    t.deepEqual(session.models[0]!.inputs, [
      { name: 'a', dtype: 'float32', shape: [-1] },
      { name: 'b', dtype: 'float32', shape: [-1] },
    ])
    for (const count of [1, 5, 1000]) {
      const values = Array.from({ length: count }, (_, index) => index)
      const [y, z] = [floats('y', values), floats('z', values)]
      const inputs = [
        floats('a', values),
        floats(
          'b',
          values.map((value) => 2 * value),
        ),
      ]
      await runOnce(session, inputs, [z, y], 1)
      t.deepEqual(
        valuesOf(y),
        values.map((value) => 3 * value),
      )
      t.deepEqual(
        valuesOf(z),
        values.map((value) => 0 - value),
      )
    }
    await session.dispose()
  },
)

testWithLibrary(
  'Output memory of another size than the model gives is never written past',
  async (t, library, folder) => {
    const model = join(folder, 'sum.onnx')
    await writeSum(model)
    const session = await open(library, model)
    const inputs = [floats('a', [1, 2, 3]), floats('b', [1, 2, 3])]
    const outputs = [floats('y', [7, 7]), floats('z', [7, 7, 7])]
    await t.throwsAsync(runOnce(session, inputs, outputs, 1), { code: 'ERR_ENGINE_RUN' })
    t.deepEqual(valuesOf(outputs[0]!), [7, 7])
    await t.throwsAsync(runOnce(session, [floats('a', [1, 2, 3]), floats('b', [1, 2])], outputs, 1), {
      code: 'ERR_ENGINE_RUN',
    })
    await runOnce(session, [floats('a', [1]), floats('b', [1])], [floats('y', [0]), floats('z', [0])], 1)
    await session.dispose()
  },
)

/** How nice each thread of this process is. */
async function niceness(): Promise<ReadonlyMap<number, number>> {
  const ids = await readdir('/proc/self/task')
  const fields = await Promise.all(ids.map((id) => readFile(`/proc/self/task/${id}/stat`, 'utf8')))
  // The 19th field; the second is a name in brackets.
  return new Map(ids.map((id, index) => [Number(id), Number(fields[index]!.split(') ')[1]!.split(' ')[16])]))
}

testWithLibrary('Threads that compute give way to JavaScript', async (t, library, folder) => {
  const model = join(folder, 'sum.onnx')
  await writeSum(model)
  const before = await niceness()
  const own = before.get(process.pid)!
  const session = await open(library, model, 2, 3)
  const started = [...(await niceness())].filter(([id]) => !before.has(id))
  const nicer = started.filter(([, nice]) => nice === Math.min(19, own + 10))
  // Two of the library's, beside the one that runs a model, and two instances; the one that opened it may still end.
  t.true(nicer.length >= 4, started.map(([, nice]) => nice).join())
  t.is((await niceness()).get(process.pid), own)
  await session.dispose()
})

testWithLibrary('A run that computes is terminated, and the next one works', async (t, library, folder) => {
  const model = join(folder, 'products.onnx')
  await writeProducts(model, 512, 5000)
  const session = await open(library, model)
  const matrix = (name: string) => ({ name, shape: [512, 512], data: new Uint8Array(512 * 512 * 4) })
  for (const delay of [0, 50, 100]) {
    const running = runOnce(session, [matrix('x')], [matrix('y')], 1)
    await sleep(delay)
    const cancelled = performance.now()
    session.cancel(1)
    await t.throwsAsync(running, { code: 'ERR_ABORTED' })
    t.true(performance.now() - cancelled < 5000)
  }
  await session.dispose()
})

testWithLibrary('Sessions are opened again and again, and share the threads', async (t, library, folder) => {
  const model = join(folder, 'sum.onnx')
  await writeSum(model)
  for (const threads of [1, 2, 0]) {
    const session = await open(library, model, 1, threads)
    await t.notThrowsAsync(open(library, model).then((other) => other.dispose()))
    await session.dispose()
  }
  const session = await open(library, model, 1, 1)
  const error = await t.throwsAsync(open(library, model, 1, 2), { code: 'ERR_ARGUMENT' })
  t.is(error.message, 'expected 0 or 1 for threads, which the open sessions of this process share, got 2')
  await session.dispose()
})

testWithLibrary('An opening is cancelled', async (t, library, folder) => {
  const model = join(folder, 'products.onnx')
  await writeProducts(model, 64, 5000)
  const opening = open(library, model)
  addon().cancelOpen(1)
  await t.throwsAsync(opening, { code: 'ERR_ABORTED' })
})

testWithLibrary('A model that is missing, empty, truncated or no ONNX is refused', async (t, library, folder) => {
  const whole = join(folder, 'sum.onnx')
  await writeSum(whole)
  const bytes = await readFile(whole)
  const files = { empty: Buffer.alloc(0), truncated: bytes.subarray(0, bytes.length / 2), text: Buffer.from('no ONNX') }
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), content)
    await t.throwsAsync(open(library, join(folder, name)), { code: 'ERR_ENGINE_OPEN' }, name)
  }
  await t.throwsAsync(open(library, join(folder, 'none')), { code: 'ERR_ENGINE_OPEN' })
  await t.throwsAsync(open(library, folder), { code: 'ERR_ENGINE_OPEN' })
})

testWithLibrary('An operator that the library does not know is named', async (t, library, folder) => {
  const graph = new GraphBuilder('strange')
  graph.output(graph.node('Strange', [graph.input('x', 'float32', [4])], {}, { name: 'y' }), 'float32', [4])
  const model = join(folder, 'strange.onnx')
  await writeOnnx(graph.build(), model)
  await t.throwsAsync(open(library, model), { code: 'ERR_ENGINE_OPEN', message: /Strange/ })
})

testWithLibrary('A library that was cut short is refused, wherever it was cut', async (t, library, folder) => {
  const cut = join(folder, 'libonnxruntime.so.1')
  await copyFile(library, cut)
  const { length } = await readFile(library)
  for (const size of [0.9 * length, length / 2, 4096, 64, 10, 0]) {
    await truncate(cut, Math.floor(size))
    await t.throwsAsync(open(cut, '/none'), { code: 'ERR_LIBRARY_LOAD' }, `${size} bytes`)
    const { cpu } = await addon().capabilities({ onnxruntime: [folder], tensorrt: [], rtx: [] })
    t.true(cpu.reason.includes(cut))
  }
})

testWithLibrary('The library is found in its folder, with its version', async (t, library) => {
  const folders = [join(library, '../nowhere'), join(library, '..')]
  const { cpu } = await addon().capabilities({ onnxruntime: folders, tensorrt: [], rtx: [] })
  t.true(cpu.found)
  t.is(cpu.path, library)
  t.regex(cpu.version ?? '', /^1\.\d+\.\d+$/)
})

test('A library that is missing, no library or another library is refused', async (t) => {
  const folder = await temporaryFolder(t)
  const text = join(folder, 'text')
  await writeFile(text, 'no library '.repeat(100))
  await t.throwsAsync(open(join(folder, 'none'), '/none'), { code: 'ERR_LIBRARY_MISSING' })
  await t.throwsAsync(open(text, '/none'), { code: 'ERR_LIBRARY_LOAD', message: /not an x86-64 shared library/ })
  await t.throwsAsync(open(folder, '/none'), { code: 'ERR_LIBRARY_LOAD' })
  const addonFile = fileURLToPath(new URL('../../native/pdfnet_trt_test.node', import.meta.url))
  await t.throwsAsync(open(addonFile, '/none'), { code: 'ERR_LIBRARY_LOAD', message: /not ONNX Runtime/ })
})

test('An ONNX Runtime that is too old is refused, and says what is needed', async (t) => {
  const message = /ONNX Runtime 1\.10\.0 cannot be used, 1\.17 or a later 1\.x is needed$/
  await t.throwsAsync(open(oldLibrary, '/none'), { code: 'ERR_LIBRARY_LOAD', message })
})
