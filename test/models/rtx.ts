/** The library that builds engines without a GPU, where it is here. */

import type { ExecutionContext } from 'ava'
import { asPdfnetError } from '#dist/errors.js'
import { findBuildLibrary } from '#dist/runtime/index.js'
import { libraryName } from '#dist/tensorrt/index.js'

/** Whether TensorRT-RTX, which builds without a GPU, is here; where it is not, says so and passes the test over. */
export async function hasRtx(t: ExecutionContext): Promise<boolean> {
  const lack = await findBuildLibrary().then(
    (found) => (found.flavour === 'rtx' ? undefined : `${libraryName(found)} builds for the GPU that is here`),
    (error: unknown) => {
      if (asPdfnetError(error).code !== 'ERR_LIBRARY_MISSING') throw error
      return asPdfnetError(error).message
    },
  )
  if (lack === undefined) return true
  t.log(`passed over: ${lack}`)
  t.pass()
  return false
}
