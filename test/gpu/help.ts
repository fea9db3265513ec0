/** What the tests on a GPU share: a small engine, built once, and runs of it. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { GraphBuilder, writeOnnx } from '#dist/graph/index.js'
import { buildEngine, capabilities } from '#dist/index.js'
import type { OpenOptions } from '#dist/native.js'
import { chooseDevice, Session } from '#dist/runtime/index.js'
import { elementCount } from '#dist/tensor.js'

const shape = [1, 4, 64, 64]
const count = elementCount(shape)

const folder = mkdtempSync(join(tmpdir(), 'pdfnet-gpu-'))
// Of the file: in a hook it would be called as soon as that has ended.
after(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** y = relu(x) on 64×64 maps of four channels, as a plan in a temporary folder. */
export async function reluPlan(): Promise<string> {
  const b = new GraphBuilder('relu')
  b.input('x', 'float32', shape)
  b.output(b.node('Relu', ['x'], {}, { name: 'y' }), 'float32', shape)
  const onnx = join(folder, 'relu.onnx')
  await writeOnnx(b.build(), onnx)
  return (await buildEngine({ onnx, output: join(folder, 'relu.plan') })).plan
}

export async function openPlans(models: readonly string[], options: Partial<OpenOptions> = {}): Promise<Session> {
  const { library } = chooseDevice('tensorrt', await capabilities())
  return Session.open({ engine: 'tensorrt', library, models, instances: 1, threads: 0, ...options })
}

/** Values from −1 to 1, and what comes of them. */
export async function runRelu(session: Session, signal?: AbortSignal): Promise<{ x: Float32Array; y: Float32Array }> {
  const x = Float32Array.from({ length: count }, (_, i) => Math.sin(i))
  const y = new Float32Array(count).fill(NaN)
  const bytes = ({ buffer }: Float32Array): Uint8Array => new Uint8Array(buffer)
  const inputs = [{ name: 'x', shape, data: bytes(x) }]
  await session.run([{ model: 0, inputs, outputs: [{ name: 'y', shape, data: bytes(y) }] }], signal)
  return { x, y }
}

/** The engine twice: what the first one writes stays on the device for the second one. */
export async function runTwice(session: Session): Promise<{ x: Float32Array; y: Float32Array }> {
  const x = Float32Array.from({ length: count }, (_, i) => Math.cos(i))
  const y = new Float32Array(count).fill(NaN)
  const between = { shape, buffer: 0, offset: 0 }
  const bytes = ({ buffer }: Float32Array): Uint8Array => new Uint8Array(buffer)
  await session.run([
    { model: 0, inputs: [{ name: 'x', shape, data: bytes(x) }], outputs: [{ name: 'y', ...between }] },
    { model: 1, inputs: [{ name: 'x', ...between }], outputs: [{ name: 'y', shape, data: bytes(y) }] },
  ])
  return { x, y }
}
