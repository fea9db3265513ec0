/** Diagnoses this machine: what works, what does not, and the one remedy that fits. */

import { asPdfnetError, type PdfnetError } from '../errors.js'
import { addon, type Capabilities, type Capability } from '../native.js'
import { Store } from '../store/index.js'
import { listModels } from './models.js'
import { librarySearch } from './search.js'

export interface Finding {
  readonly name: string
  /** `missing` is no fault: pictures can be matted without it. */
  readonly state: 'works' | 'missing' | 'broken'
  readonly says: string
}

export interface Diagnosis {
  /** Whether a picture can be matted now. */
  readonly works: boolean
  /** What to do first, if anything. */
  readonly remedy?: string
  readonly findings: readonly Finding[]
}

/** Never rejects: what goes wrong is a finding. */
export async function diagnose(): Promise<Diagnosis> {
  const findings: Finding[] = [
    { name: 'Node', state: 'works', says: `${process.version}, ${process.platform} ${process.arch}` },
  ]
  const remedies: string[] = []
  const broken = (name: string, error: PdfnetError): void => {
    findings.push({ name, state: 'broken', says: error.message })
    remedies.push(error.remedy)
  }

  const native = attempt(addon)
  if (native instanceof Error) broken('addon', native)
  else findings.push({ name: 'addon', state: 'works', says: 'loaded' })

  const store = await attemptAsync(() => Store.open())
  if (store instanceof Error) broken('store', store)
  else findings.push({ name: 'store', state: 'works', says: store.root })

  if (!(native instanceof Error) && !(store instanceof Error)) {
    const found = await attemptAsync(async () => native.capabilities(await librarySearch(store)))
    if (found instanceof Error) broken('devices', found)
    else addDevices(found, findings, remedies)
  }
  if (!(store instanceof Error)) {
    const models = await attemptAsync(() => listModels(store))
    if (models instanceof Error) broken('models', models)
    else addModels(models, findings, remedies)
  }
  const [remedy] = remedies
  return { works: remedy === undefined, findings, ...(remedy !== undefined && { remedy }) }
}

function addDevices({ cpu, cuda, tensorrt }: Capabilities, findings: Finding[], remedies: string[]): void {
  findings.push({ name: 'CPU device', state: cpu.found ? 'works' : 'broken', says: describe(cpu, 'ONNX Runtime') })
  if (!cpu.found) remedies.push('npx pdfnet-trt setup cpu')
  const gpus = cuda.devices.map(({ name, computeCapability }) => `${name} (${computeCapability})`).join(', ')
  const says = gpus === '' ? describe(cuda, 'driver') : `${gpus}; ${describe(cuda, 'driver')}`
  findings.push({ name: 'GPU', state: gpus === '' ? 'missing' : 'works', says })
  for (const [name, flavour] of [
    ['TensorRT', tensorrt.enterprise],
    ['TensorRT-RTX', tensorrt.rtx],
  ] as const) {
    findings.push({ name, state: flavour.found ? 'works' : 'missing', says: describe(flavour, name) })
  }
}

function describe({ found, reason, path, version }: Capability, name: string): string {
  return found ? `${name} ${version ?? ''} in ${path ?? 'the system'}` : reason
}

function addModels(models: Awaited<ReturnType<typeof listModels>>, findings: Finding[], remedies: string[]): void {
  for (const { recipe, added } of models) {
    const { name, licence, commercial } = recipe
    const says = added
      ? `in the store; licence ${licence}, commercial use: ${commercial}`
      : 'its weights are not in the store'
    findings.push({ name: `model ${name}`, state: added ? 'works' : 'missing', says })
  }
  const first = models[0]
  if (first && !models.some(({ added }) => added)) remedies.push(`npx pdfnet-trt models add ${first.recipe.name}`)
}

function attempt<T>(work: () => T): T | PdfnetError {
  try {
    return work()
  } catch (error) {
    return asPdfnetError(error)
  }
}

async function attemptAsync<T>(work: () => Promise<T>): Promise<T | PdfnetError> {
  try {
    return await work()
  } catch (error) {
    return asPdfnetError(error)
  }
}
