/** Removes from the store what no opening would take any more: graphs of earlier versions, and damaged entries. */

import type { Work } from '../progress.js'
import type { Listed, Store } from '../store/index.js'
import { graphsVersion } from './graphs.js'

/**
 * Weights, libraries and engines that are whole stay. Graphs that are removed by mistake are made again from their
 * weights at the next opening.
 * @throws ERR_STORE_WRITE, ERR_STORE_TRUST or ERR_ABORTED
 */
export async function pruneModels(store: Store, work: Work = {}): Promise<readonly Listed[]> {
  const isCurrent = ({ entry }: Listed): boolean => entry?.facts.graphs === graphsVersion
  const current = new Set((await store.list('models')).filter(isCurrent).map(({ key }) => key))
  return store.prune((listed) => {
    const { kind, key, entry } = listed
    if (!entry) return false
    if (kind === 'models') return current.has(key)
    return kind !== 'selftests' || (typeof entry.facts.graphs === 'string' && current.has(entry.facts.graphs))
  }, work)
}
