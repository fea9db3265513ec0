/** What the doctor says of the engines in the store: whether the libraries and the GPU here can run them. */

import { PdfnetError } from '../errors.js'
import type { Capabilities } from '../native.js'
import type { StoredEngine } from '../runtime/index.js'
import type { Store } from '../store/index.js'
import { flavourNames } from '../tensorrt/index.js'
import type { Report } from './report.js'

const remedy = 'Run: npx pdfnet-trt build-engine --prune, and build them again'

/** Hashes nothing: that is for `build-engine --verify`, and done before a plan is used. */
export async function reportEngines(report: Report, store: Store, found: Capabilities): Promise<void> {
  // Most machines have none, and then what builds and reads engines is not loaded.
  if ((await store.list('engines')).length === 0) return
  const { checkFit, listEngines } = await import('../runtime/index.js')
  const whyNot = ({ plan, record, error }: StoredEngine): string | undefined => {
    if (!record || plan === undefined) return error?.message ?? 'it is damaged'
    const { flavour } = record.library
    const { version } = found.tensorrt[flavour]
    if (version === undefined) return `${plan} is not used: ${flavourNames[flavour]} is not here`
    try {
      checkFit(plan, record, { flavour, version, gpu: found.cuda.devices[0] })
      return undefined
    } catch (cause) {
      if (cause instanceof PdfnetError) return cause.message
      throw cause
    }
  }
  const engines = await listEngines(store)
  const reasons = engines.map(whyNot).filter((why) => why !== undefined)
  const count = `${engines.length} in the store`
  if (reasons.length === 0) report.works('engines', `${count}, all for what is here`)
  else report.warn('engines', `${count}, ${reasons.length} of them stale: ${reasons[0]!}`, remedy)
}
