/** What tests with real weights need, or why they cannot run: `npm test` brings it, `npx ava` alone does not. */

import type { ExecutionContext } from 'ava'
import { findCpuLibrary, listModels } from '#dist/setup/index.js'
import { Store } from '#dist/store/index.js'

/** False, after saying why, where the CPU device or IS-Net is not in the store. */
export async function ready(t: ExecutionContext): Promise<boolean> {
  const store = await Store.open()
  const models = await listModels(store)
  const lacks = !(await findCpuLibrary(store))
    ? 'the CPU device is not in the store (npm run setup)'
    : !models.some(({ recipe, added }) => recipe.name === 'isnet' && added)
      ? 'IS-Net is not in the store (npm run setup)'
      : undefined
  if (lacks === undefined) return true
  t.log(`passed over: ${lacks}`)
  t.pass()
  return false
}
