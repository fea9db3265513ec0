/** A model's chains, opened on a device and tested: the network's own, and those of its other sizes. */

import { Chain, type DeviceChoice } from '../runtime/index.js'
import type { Store } from '../store/index.js'
import type { OwnEngines } from './engines.js'
import type { MattingOptions } from './options.js'
import { referenceMatte } from './reference.js'
import { testOnce } from './tested.js'

/** Rejects as `Chain.open` and `testOnce` do; none stays open then. */
export async function openChains(
  store: Store,
  all: readonly [OwnEngines, ...OwnEngines[]],
  device: DeviceChoice,
  options: MattingOptions,
): Promise<readonly [Chain, ...Chain[]]> {
  const [own, ...others] = all
  const chains: [Chain, ...Chain[]] = [await openTested(store, own, device, options)]
  try {
    for (const engines of others) chains.push(await openTested(store, engines, device, options))
    return chains
  } catch (error) {
    await disposeAll(chains)
    throw error
  }
}

export async function disposeAll(chains: readonly Chain[]): Promise<void> {
  await Promise.all(chains.map((chain) => chain.dispose()))
}

async function openTested(
  store: Store,
  { recipe, prepared, stages, plans, options: made }: OwnEngines,
  device: DeviceChoice,
  { concurrency = 1, threads = 0, signal, onProgress }: MattingOptions,
): Promise<Chain> {
  const chain = await Chain.open(
    stages,
    {
      engine: device.name,
      library: device.library,
      instances: concurrency,
      threads,
      ...(device.gpu && { gpu: device.gpu.index }),
      // What RTX compiles on the GPU at the first run is kept for the next process.
      ...(device.flavour === 'rtx' && { settings: { runtime_cache: await store.cacheFolder('rtx') } }),
    },
    signal,
  )
  try {
    const depth = made.depth === 'given' ? undefined : made.depth
    const trained = [made, depth].every((one) => one?.randomWeights === undefined)
    const reference = (): Promise<Float32Array | undefined> => referenceMatte(store, made)
    await testOnce(
      ...([store, chain, { graphs: prepared.key, device, plans }, { recipe, trained, reference }] as const),
      { signal, onProgress },
    )
    return chain
  } catch (error) {
    await chain.dispose()
    throw error
  }
}
