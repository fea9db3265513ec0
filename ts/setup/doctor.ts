/** Diagnoses this machine: what works, what does not, and the one remedy that fits. */

import { asPdfnetError, type PdfnetError } from '../errors.js'
import { addon } from '../native.js'
import { Store } from '../store/index.js'
import { threads, type Threads } from '../threads.js'
import { setupCommand } from './cpu.js'
import { reportEngines } from './doctor-engines.js'
import { reportLoader } from './doctor-loader.js'
import { reportGpu, reportTensorrt } from './doctor-tensorrt.js'
import { listModels } from './models.js'
import { Report, type Diagnosis } from './report.js'
import { survey, type Survey } from './search.js'

/** Never rejects: what goes wrong is a finding. */
export async function diagnose(): Promise<Diagnosis> {
  const report = new Report()
  report.works('Node', `${process.version}, ${process.platform} ${process.arch}`)
  reportThreads(report, threads())

  const native = await attempt(() => addon())
  if (native instanceof Error) report.failed('addon', native)
  else report.works('addon', 'loaded')

  const store = await attempt(() => Store.open())
  if (store instanceof Error) {
    report.failed('store', store)
    return report.diagnosis()
  }
  report.works('store', store.root)

  // Neither waits for the other.
  const [found, models] = await Promise.all([
    native instanceof Error ? undefined : attempt(() => survey(store)),
    attempt(() => listModels(store)),
  ])
  if (found instanceof Error) report.failed('devices', found)
  else if (found) await reportDevices(report, store, found)
  if (models instanceof Error) report.failed('models', models)
  else reportModels(report, models)
  return report.diagnosis()
}

/** The command gives itself enough, unless it is told otherwise; a program that uses the package has four. */
export function reportThreads(report: Report, { libuv, cores }: Threads): void {
  const says = `${libuv} of libuv for ${cores} cores`
  if (libuv >= cores) report.works('threads', says)
  else {
    const remedy = `Set UV_THREADPOOL_SIZE=${cores} before the program starts, or leave it unset for this command`
    report.warn('threads', `${says}: no more pictures are decoded and encoded at the same time`, remedy)
  }
}

async function reportDevices(report: Report, store: Store, found: Survey): Promise<void> {
  const { cpu } = found.capabilities
  if (cpu.found) report.works('CPU device', `ONNX Runtime ${cpu.version ?? ''} in ${cpu.path ?? 'the system'}`)
  else report.broken('CPU device', cpu.reason, setupCommand)
  reportGpu(report, found)
  reportTensorrt(report, found)
  await reportEngines(report, store, found.capabilities)
  await reportLoader(report, found.capabilities)
}

function reportModels(report: Report, models: Awaited<ReturnType<typeof listModels>>): void {
  const hasAny = models.some(({ added }) => added)
  const carried = models.filter(({ recipe }) => recipe.weights)
  models.forEach((model) => {
    const { recipe, added } = model
    const name = `model ${recipe.name}`
    const absent = 'its weights are not in the store'
    if (recipe.checkpoint) {
      report.missing(name, `bring ${recipe.checkpoint.file}`)
    } else if (added) {
      report.works(name, `in the store; licence ${recipe.licence}, commercial use: ${recipe.commercial}`)
    } else if (hasAny || model !== carried[0]) report.missing(name, absent)
    else report.needs(name, absent, `npx pdfnet-trt models add ${recipe.name}`)
  })
}

async function attempt<T>(work: () => T | Promise<T>): Promise<T | PdfnetError> {
  try {
    return await work()
  } catch (error) {
    return asPdfnetError(error)
  }
}
