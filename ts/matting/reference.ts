/** The CPU device's matte of the self-test's scene, with which the engines of other devices are compared. */

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { asPdfnetError } from '../errors.js'
import { Chain, selfTest } from '../runtime/index.js'
import { findCpuLibrary } from '../setup/index.js'
import type { Entry, Maker, Store } from '../store/index.js'
import { modelEngines } from './engines.js'
import type { EngineOptions, ModelOptions } from './options.js'

const file = 'matte.f32'

/**
 * Computed once for each model's graphs, and kept in the store. Undefined where the CPU device is not set up.
 * @throws as `prepareModel`, `Chain.open` and `selfTest` do, or ERR_STORE_WRITE
 */
export async function referenceMatte(
  store: Store,
  options: ModelOptions & EngineOptions,
): Promise<Float32Array | undefined> {
  const { signal, onProgress } = options
  const library = await findCpuLibrary(store)
  if (library === undefined) return undefined
  const { prepared, stages } = await modelEngines(store, { ...options, batch: 1 }, undefined, 'never')
  const key = `reference-${prepared.key}`
  const found = await findWhole(store, key)
  if (found) return readMatte(found)
  const make: Maker = async (folder) => {
    const chain = await Chain.open(stages, { engine: 'cpu', library, instances: 1, threads: 0 }, signal)
    try {
      await writeFile(join(folder, file), await selfTest(chain, {}, signal))
      return { facts: { graphs: prepared.key, device: 'cpu' } }
    } finally {
      await chain.dispose()
    }
  }
  return readMatte(await store.add('selftests', key, make, { signal, onProgress }))
}

/** A damaged one counts as absent. */
async function findWhole(store: Store, key: string): Promise<Entry | undefined> {
  return store.find('selftests', key).catch((error: unknown) => {
    if (asPdfnetError(error).code === 'ERR_STORE_CORRUPT') return undefined
    throw error
  })
}

async function readMatte(entry: Entry): Promise<Float32Array> {
  const { buffer } = Uint8Array.from(await readFile(entry.file(file)))
  return new Float32Array(buffer)
}
