/** Runs the self-test of a chain once for each model, library and processor or GPU, and remembers that it passed. */

import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { asPdfnetError } from '../errors.js'
import type { Recipe } from '../models/index.js'
import {
  selfTest,
  testedPlans,
  type Chain,
  type DeviceChoice,
  type PlanStage,
  type SelfTest,
  type Tolerance,
} from '../runtime/index.js'
import type { Entry, Maker, Store } from '../store/index.js'
import type { Work } from '../progress.js'

/** What a self-test's result depends on. */
export interface Tested {
  /** Key of the prepared graphs, which holds the hash of their weights. */
  readonly graphs: string
  readonly device: DeviceChoice
  /** Of TensorRT. */
  readonly plans?: readonly PlanStage[] | undefined
}

export interface Expected {
  readonly recipe: Recipe
  /** Random weights find no object, and their mattes hang on thresholds: small differences become large. */
  readonly trained: boolean
  /** The scene's matte by the CPU device, where that is set up. */
  readonly reference: () => Promise<Float32Array | undefined>
}

const untrainedTolerance: Tolerance = { mean: 0.05, largest: 1 }

/** Rejects with ERR_SELF_TEST, and remembers nothing then. */
export async function testOnce(
  store: Store,
  chain: Chain,
  tested: Tested,
  expected: Expected,
  work: Work,
): Promise<void> {
  const facts = factsOf(tested)
  const key = keyOf(facts)
  if (await findTested(store, key)) return
  await selfTest(chain, await testFor(tested.device, expected), work.signal)
  await remember(store, key, facts, work).catch((error: unknown) => {
    // A store that cannot be written to is no reason not to matte: the test is run at each opening then.
    if (asPdfnetError(error).code !== 'ERR_STORE_WRITE') throw error
  })
}

/** The CPU device gives the same numbers each time; others come near the CPU device's. */
async function testFor({ name }: DeviceChoice, { recipe, trained, reference }: Expected): Promise<SelfTest> {
  if (name === 'cpu') return { trained }
  if (!trained) return { trained, tolerance: untrainedTolerance }
  const matte = await reference()
  return { tolerance: recipe.tolerance, ...(matte && { reference: matte }) }
}

/** A damaged one counts as absent. */
async function findTested(store: Store, key: string): Promise<Entry | undefined> {
  return store.find('selftests', key).catch((error: unknown) => {
    if (asPdfnetError(error).code === 'ERR_STORE_CORRUPT') return undefined
    throw error
  })
}

interface Facts {
  readonly graphs: string
  readonly device: string
  readonly version: string
  readonly processor: string
  readonly plans: string
}

function factsOf({ graphs, device, plans = [] }: Tested): Facts {
  const { name, flavour, version, gpu } = device
  return {
    ...{ graphs, device: name, version: flavour ? `${flavour} ${version}` : version },
    processor: gpu?.name ?? cpus()[0]?.model ?? 'unknown',
    plans: testedPlans.write(plans.map(({ record }) => record.key)),
  }
}

function keyOf(facts: Facts): string {
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32)
}

async function remember(store: Store, key: string, facts: Facts, { signal }: Work): Promise<void> {
  const make: Maker = async (folder) => {
    await writeFile(join(folder, 'passed.json'), JSON.stringify({ ...facts, date: new Date().toISOString() }))
    const { graphs, device, plans } = facts
    return { facts: { graphs, device, [testedPlans.fact]: plans } }
  }
  await store.add('selftests', key, make, { signal })
}
