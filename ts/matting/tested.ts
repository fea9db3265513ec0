/** Runs the self-test of a chain once for each model, library and processor, and remembers that it passed. */

import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { asPdfnetError } from '../errors.js'
import { selfTest, type Chain } from '../runtime/index.js'
import type { Maker, Store } from '../store/index.js'
import type { Work } from '../progress.js'

/** What a self-test's result depends on. */
export interface Tested {
  /** Key of the prepared graphs, which holds the hash of their weights. */
  readonly graphs: string
  readonly device: string
  /** Of the library that computes. */
  readonly version: string
}

/** Rejects with ERR_SELF_TEST, and remembers nothing then. */
export async function testOnce(store: Store, chain: Chain, tested: Tested, work: Work): Promise<void> {
  const facts = { ...tested, processor: cpus()[0]?.model ?? 'unknown' }
  const key = createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32)
  if (await store.find('selftests', key)) return
  await selfTest(chain, work.signal)
  await remember(store, key, facts, work).catch((error: unknown) => {
    // A store that cannot be written to is no reason not to matte: the test is run at each opening then.
    if (asPdfnetError(error).code !== 'ERR_STORE_WRITE') throw error
  })
}

async function remember(store: Store, key: string, facts: Tested, { signal }: Work): Promise<void> {
  const make: Maker = async (folder) => {
    await writeFile(join(folder, 'passed.json'), JSON.stringify({ ...facts, date: new Date().toISOString() }))
    return { facts: { graphs: facts.graphs, device: facts.device } }
  }
  await store.add('selftests', key, make, { signal })
}
