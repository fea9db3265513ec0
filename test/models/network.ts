/** What the tests of networks share: golden weights and numbers, graphs that run, and how far two results are apart. */

import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { openCheckpoint } from '#dist/checkpoint/index.js'
import { writeOnnx, type Model } from '#dist/graph/index.js'
import { checkpointWeights, type Weights } from '#dist/models/index.js'
import { addon, type HostBinding } from '#dist/native.js'
import { allocateTensor, type Shape } from '#dist/tensor.js'
import { cpuLibrary, runOnce, temporaryFolder } from '../native/addon.js'

/**
 * In standard deviations of what is expected: single precision, summed in another order through all layers, stays ten
 * times below it, and one wrong token or bias is far above.
 */
export const singlePrecision = 5e-4

/** The folder of fixtures. */
export const golden = new URL('../../../test/fixtures/golden/', import.meta.url).pathname

export interface Numbers {
  readonly shape: Shape
  readonly data: Float32Array
}

export async function goldenWeights(t: ExecutionContext, name: string): Promise<Weights> {
  const checkpoint = await openCheckpoint(join(golden, `${name}.pth`))
  t.teardown(() => checkpoint.close())
  return checkpointWeights(checkpoint)
}

/** What the authors' code gave. */
export async function goldenTensors(name: string): Promise<ReadonlyMap<string, Numbers>> {
  const checkpoint = await openCheckpoint(join(golden, `${name}.golden.safetensors`))
  const weights = checkpointWeights(checkpoint)
  const entries = weights.names.map(async (one) => {
    return [one, { shape: weights.shape(one)!, data: await weights.read(one) }] as const
  })
  const tensors = new Map(await Promise.all(entries))
  await checkpoint.close()
  return tensors
}

/** Runs the graph on the CPU device; undefined, after saying why, where that is not here. */
export async function runNetwork(
  t: ExecutionContext,
  model: Model,
  inputs: Readonly<Record<string, Numbers>>,
  outputs: Readonly<Record<string, Shape>>,
): Promise<ReadonlyMap<string, Float32Array> | undefined> {
  const library = await cpuLibrary(t)
  if (library === undefined) return undefined
  const file = join(await temporaryFolder(t), 'network.onnx')
  await writeOnnx(withOutputs(model, outputs), file)
  const session = await addon().open({ engine: 'cpu', library, models: [file], instances: 1, threads: 0 }, 1)
  try {
    const results = Object.entries(outputs).map(([name, shape]) => ({ name, ...allocateTensor('float32', shape) }))
    await runOnce(session, Object.entries(inputs).map(bindingOf), results, 1)
    return new Map(results.map(({ name, data }) => [name, new Float32Array(data.buffer, 0, data.length / 4)]))
  } finally {
    await session.dispose()
  }
}

/** Values from within a graph can be looked at by their names. */
function withOutputs({ graph, ...model }: Model, outputs: Readonly<Record<string, Shape>>): Model {
  const infos = Object.entries(outputs).map(([name, dims]) => ({ name, tensor: { dtype: 'float32', dims } as const }))
  return { ...model, graph: { ...graph, outputs: infos } }
}

function bindingOf([name, { shape, data }]: [string, Numbers]): HostBinding {
  return { name, shape, data: new Uint8Array(Float32Array.from(data).buffer) }
}

/** In standard deviations of what is expected. */
export function largestError(found: Float32Array, expected: Float32Array): number {
  const mean = expected.reduce((sum, value) => sum + value, 0) / expected.length
  const deviation = Math.sqrt(expected.reduce((sum, value) => sum + (value - mean) ** 2, 0) / expected.length)
  return found.reduce((largest, value, i) => Math.max(largest, Math.abs(value - expected[i]!)), 0) / deviation
}

/** Evenly spread in −1…1, without a pattern. */
export function noise(shape: Shape, seed: number): Numbers {
  let state = seed
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return state / 2 ** 31
  }
  const count = shape.reduce((product, size) => product * size, 1)
  return { shape, data: Float32Array.from({ length: count }, next) }
}
