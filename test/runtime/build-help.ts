/** What the tests of building share: folders, small graphs, libraries real and fake. */

import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ExecutionContext } from 'ava'
import { PdfnetError } from '#dist/errors.js'
import { GraphBuilder, writeOnnx, type Model, type WriteOptions } from '#dist/graph/index.js'
import { findBuildLibrary, type BuildLibrary } from '#dist/runtime/index.js'
import { tensorOf } from '#dist/tensor.js'

const fake = fileURLToPath(new URL('../../native/fake_tensorrt.so', import.meta.url))

/** A folder that is gone after the test. */
export async function temporaryFolder(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pdfnet-build-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** The TensorRT-RTX that is set up here, or undefined, after saying so: `setup tensorrt` brings it. */
export async function realLibrary(t: ExecutionContext): Promise<BuildLibrary | undefined> {
  const library = await findBuildLibrary().catch((error: unknown) => error as PdfnetError)
  if (!(library instanceof Error) && library.flavour === 'rtx') return library
  t.log(`passed over: ${library instanceof Error ? library.message : 'TensorRT-RTX is not what is set up here'}`)
  t.pass()
  return undefined
}

export const fakeNames = {
  rtx: 'libtensorrt_rtx.so.1.7.1',
  rtxParser: 'libtensorrt_onnxparser_rtx.so.1.7.1',
} as const

/** @param behaviour what the fake does when a builder is wanted: its folder's name (see test/native/fake_tensorrt.cc) */
export async function fakeLibrary(
  t: ExecutionContext,
  behaviour: string,
  names: readonly string[] = Object.values(fakeNames),
): Promise<string> {
  const folder = join(await temporaryFolder(t), behaviour)
  await mkdir(folder, { mode: 0o700 })
  await Promise.all(names.map((name) => copyFile(fake, join(folder, name))))
  return folder
}

/** y = relu(conv(x, w)), weights of `channels` × 3 × 3 × 3. */
export function convolution(channels = 8, dims: readonly (number | string)[] = [1, 3, 32, 32]): Model {
  const b = new GraphBuilder('convolution')
  const x = b.input('x', 'float32', dims)
  const values = Array.from({ length: channels * 27 }, (_, i) => ((i * 37) % 101) / 101 - 0.5)
  const w = b.constant('w', tensorOf('float32', [channels, 3, 3, 3], values))
  const y = b.node('Relu', [b.node('Conv', [x, w], { pads: [1, 1, 1, 1], kernel_shape: [3, 3] })], {}, { name: 'y' })
  b.output(y, 'float32', [dims[0]!, channels, ...dims.slice(2)])
  return b.build()
}

export async function writeGraph(
  folder: string,
  model: Model = convolution(),
  name = 'graph.onnx',
  options: WriteOptions = {},
): Promise<string> {
  const path = join(folder, name)
  await writeOnnx(model, path, options)
  return path
}
