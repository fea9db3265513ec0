/** The engines in the store: which there are, whether they are whole, and which to keep. */

import type { PdfnetError } from '../errors.js'
import { asPdfnetError } from '../errors.js'
import type { Work } from '../progress.js'
import { Store, type Listed } from '../store/index.js'
import type { Flavour } from '../tensorrt/index.js'
import { planFile, storedRecord } from './build.js'
import type { PlanRecord } from './plan.js'

/** An engine, or what is wrong with it. */
export interface StoredEngine {
  readonly key: string
  readonly plan?: string
  readonly record?: PlanRecord
  readonly error?: PdfnetError
}

/** The fact of a self-test's entry in the store that says which engines passed it. */
export const testedPlans = {
  fact: 'plans',
  write: (keys: readonly string[]): string => keys.join(' '),
  read: (fact: unknown): readonly string[] => (typeof fact === 'string' && fact !== '' ? fact.split(' ') : []),
} as const

export async function listEngines(store: Store): Promise<readonly StoredEngine[]> {
  const [listed, tested] = await Promise.all([store.list('engines'), findTested(store)])
  return Promise.all(listed.map((one) => describe(one, tested)))
}

async function findTested(store: Store): Promise<ReadonlySet<string>> {
  const entries = await store.list('selftests')
  return new Set(entries.flatMap(({ entry }) => testedPlans.read(entry?.facts[testedPlans.fact])))
}

/** Hashes each engine as well. */
export async function verifyEngines(store: Store, work: Work = {}): Promise<readonly StoredEngine[]> {
  const tested = await findTested(store)
  const verified: StoredEngine[] = []
  for (const one of await store.list('engines')) {
    verified.push(await describe(one, tested, () => one.entry?.verify(work)))
  }
  return verified
}

/** Removes damaged engines, and those of library versions that are not in use any more; resolves with their keys. */
export async function pruneEngines(
  store: Store,
  inUse: readonly { readonly flavour: Flavour; readonly version: string }[],
  work: Work = {},
): Promise<readonly string[]> {
  const removed = await store.prune(({ kind, entry }) => {
    if (kind !== 'engines') return true
    return inUse.some(({ flavour, version }) => entry?.facts.flavour === flavour && entry.facts.version === version)
  }, work)
  return removed.map(({ key }) => key)
}

async function describe(
  { key, entry, damage }: Listed,
  tested: ReadonlySet<string>,
  check?: () => Promise<void> | undefined,
): Promise<StoredEngine> {
  if (!entry) return { key, error: damage }
  try {
    await check?.()
    const plan = entry.file(planFile)
    const record = await storedRecord(plan)
    return { key, plan, record: tested.has(key) ? { ...record, tested: 'passed' } : record }
  } catch (error) {
    return { key, error: asPdfnetError(error) }
  }
}
