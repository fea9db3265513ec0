/** The device that a step runs on, and sessions on it by the addon itself. */

import { addon } from '../../dist/native.js'
import { capabilities } from '../../dist/index.js'
import { chooseDevice } from '../../dist/runtime/index.js'
import { Skipped } from './skipped.mjs'

/** How much is measured: the CPU device is for rehearsals. */
export function effort({ device }) {
  return device === 'cpu' ? { warm: 1, count: 2, seconds: 1 } : { warm: 10, count: 50, seconds: 2 }
}

/** Why figures of speed and of the GPU do not hold, where there is no GPU. */
export function rehearsal({ device }) {
  return device === 'cpu' ? 'rehearsal on the CPU device' : undefined
}

/** What opens engines on the device: `{ engine, library, flavour }`. Throws Skipped where it is not here. */
export async function engineOf(device) {
  const found = await capabilities()
  try {
    const { name, library, flavour } = chooseDevice(device, found)
    return { engine: name, library, flavour }
  } catch (error) {
    throw new Skipped(error.message)
  }
}

let tickets = 0

/** Several models, ONNX files or plans, as one session: runs are lists of steps. */
export async function openModels(models, { device, instances = 1, settings = {} }) {
  const { engine, library } = await engineOf(device)
  const native = await addon().open({ engine, library, models, instances, threads: 0, settings }, ++tickets)
  return {
    native,
    models: native.models,
    /** Steps of one run; with a signal it can be cancelled. */
    run: async (steps, signal) => {
      const ticket = ++tickets
      const cancel = () => native.cancel(ticket)
      signal?.addEventListener('abort', cancel, { once: true })
      try {
        return await native.run(steps, ticket)
      } finally {
        signal?.removeEventListener('abort', cancel)
      }
    },
    dispose: () => native.dispose(),
  }
}

/** One run of a session's only model, whose sizes are fixed but for those given: its outputs by name, as numbers. */
export async function runOnce(session, inputs, sizes = {}) {
  const bytes = ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength)
  const results = session.models[0].outputs.map(({ name, dtype, shape: fixed }) => {
    const shape = sizes[name] ?? fixed
    const array = { float32: Float32Array, uint8: Uint8Array }[dtype]
    return { name, shape, values: new array(shape.reduce((product, size) => product * size, 1)) }
  })
  const step = {
    model: 0,
    inputs: Object.entries(inputs).map(([name, { shape, data }]) => ({ name, shape, data: bytes(data) })),
    outputs: results.map(({ name, shape, values }) => ({ name, shape, data: bytes(values) })),
  }
  const timings = await session.run([step])
  return { timings, ...Object.fromEntries(results.map(({ name, values }) => [name, values])) }
}
