/** A store with the CPU device and nothing else: what a test's command makes does not stay in the user's. */

import { cp, mkdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { cpuLibrary } from '../native/addon.js'

/** The environment that names it; undefined, after saying why, where the CPU device is not here. */
export async function storeWithCpu(t: ExecutionContext, folder: string): Promise<NodeJS.ProcessEnv | undefined> {
  const library = await cpuLibrary(t)
  if (library === undefined) return undefined
  const store = join(folder, 'store')
  await mkdir(store, { mode: 0o700 })
  const entry = dirname(library)
  await cp(entry, join(store, 'libraries', basename(entry)), { recursive: true })
  return { PDFNET_TRT_STORE: store }
}
