/** Runs the self-test of a chain once for each model, library and processor, and remembers that it passed. */

import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { selfTest, type Chain } from '../runtime/index.js'
import type { Store } from '../store/index.js'
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
  await store.add(
    'selftests',
    key,
    async (folder) => {
      await writeFile(join(folder, 'passed.json'), JSON.stringify({ ...facts, date: new Date().toISOString() }))
      return {}
    },
    work,
  )
}
