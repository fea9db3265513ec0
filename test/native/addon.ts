/** What the tests of the addon share: sessions on the fake and on the real library, and their memory. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { GraphBuilder, writeOnnx } from '#dist/graph/index.js'
import { addon, type Binding, type HostBinding, type NativeSession, type OpenOptions } from '#dist/native.js'
import { findCpuLibrary } from '#dist/setup/index.js'

export type Settings = NonNullable<OpenOptions['settings']>

let tickets = 0

/** The fake: one input `x` and one output `y`, each four float32, with y = 2x + 1, unless its settings say otherwise. */
export function openFake(settings: Settings = {}, instances = 1): Promise<NativeSession> {
  return addon().open(
    { engine: 'fake', library: '/none', models: ['/none'], instances, threads: 0, settings },
    ++tickets,
  )
}

/** One step of the session's first model. */
export function runOnce(
  session: NativeSession,
  inputs: readonly Binding[],
  outputs: readonly Binding[],
  ticket: number,
): Promise<Float64Array> {
  return session.run([{ model: 0, inputs, outputs }], ticket)
}

export function floats(
  name: string,
  values: readonly number[],
  shape: readonly number[] = [values.length],
): HostBinding {
  return { name, shape, data: new Uint8Array(Float32Array.from(values).buffer) }
}

export function valuesOf({ data }: HostBinding): number[] {
  return [...new Float32Array(data.buffer, data.byteOffset, data.byteLength / 4)]
}

/** The path of the real library; where it is not in the store, says so and passes the test over. */
export async function cpuLibrary(t: ExecutionContext): Promise<string | undefined> {
  const path = await findCpuLibrary()
  if (path !== undefined) return path
  t.log('passed over: the CPU device is not in the store (npm run setup)')
  t.pass()
  return undefined
}

/** A new folder that is removed when the test ends. */
export async function temporaryFolder(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pdfnet-trt-native-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** y = x · x · … · x, of side × side: opens at once, and with many products takes as long as a test wants. */
export async function writeProducts(file: string, side: number, products: number): Promise<void> {
  const graph = new GraphBuilder('products')
  const x = graph.input('x', 'float32', [side, side])
  let value = x
  for (let count = 1; count < products; count++) value = graph.node('MatMul', [value, x])
  graph.output(graph.node('MatMul', [value, x], {}, { name: 'y' }), 'float32', [side, side])
  await writeOnnx(graph.build(), file)
}
