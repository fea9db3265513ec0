/** Sets TensorRT up: the flavour for this machine, from the store, from pip, or by a command that the user runs. */

import { badArgument, PdfnetError } from '../errors.js'
import { addon, type Capabilities } from '../native.js'
import type { Work } from '../progress.js'
import type { Store } from '../store/index.js'
import { flavourNames, lacksResource, pickLibrary, searchTensorrt, type Flavour } from '../tensorrt/index.js'
import { enterpriseDownload, enterpriseTerms, findInstallers, installCommand } from './enterprise.js'
import { checkDriver, chooseFlavour, chooseRtx, type FlavourChoice } from './flavour.js'
import { addRtx } from './rtx.js'
import { usableCuda } from './search.js'

export interface TensorrtSetup extends FlavourChoice {
  /** Address of NVIDIA's licence terms. */
  readonly terms: string
  /** Absolute path of the library; undefined where nothing is set up yet. */
  readonly path?: string
  /** As far as it is known without a GPU. */
  readonly version?: string
  /** Whether the network was used. */
  readonly fetched: boolean
  /** Of Enterprise, where it is not here: what the user has to run. */
  readonly command?: string
  /** Where a file that the command takes comes from. */
  readonly download?: string
}

export interface TensorrtOptions extends Work {
  /** @default the one for the GPU, or TensorRT-RTX where there is none */
  readonly flavour?: Flavour | undefined
}

/**
 * Brings TensorRT-RTX into the store; of Enterprise, finds the library or says how to install it.
 * @throws ERR_ARGUMENT, ERR_DEVICE_MISSING, ERR_DRIVER_OLD, ERR_ADDON_LOAD, ERR_LIBRARY_LOAD, ERR_FETCH, ERR_HASH,
 * ERR_STORE_WRITE, ERR_STORE_TRUST or ERR_ABORTED; nothing is left then
 */
export async function setupTensorrt(store: Store, options: TensorrtOptions = {}): Promise<TensorrtSetup> {
  const { flavour: wanted, ...work } = options
  if (wanted !== undefined && !Object.hasOwn(flavourNames, wanted))
    throw badArgument('flavour', "'rtx' or 'enterprise'", wanted)
  const { cuda } = await addon().capabilities({ onnxruntime: [], tensorrt: [], rtx: [] })
  const choice = chooseFlavour(cuda, wanted)
  if (choice.flavour === 'enterprise') {
    if (wanted === undefined) checkDriver(cuda)
    return enterprise(store, choice, cuda)
  }
  const { pinned, notes } = chooseRtx(cuda, wanted !== undefined)
  const { path, version, fetched } = await addRtx(store, pinned, work)
  await checkLoads(path)
  return { ...choice, notes: [...choice.notes, ...notes], terms: pinned.licenceSource, path, version, fetched }
}

async function enterprise(store: Store, choice: FlavourChoice, driver: Capabilities['cuda']): Promise<TensorrtSetup> {
  const cuda = usableCuda(driver)
  const setup = { ...choice, terms: enterpriseTerms, fetched: false }
  try {
    const found = pickLibrary(await searchTensorrt(store, { flavour: 'enterprise', cuda }), {
      flavour: 'enterprise',
      withParser: true,
    })
    const [gpu] = driver.devices
    const fault = gpu && lacksResource(found, gpu.computeCapability)
    const notes = [...choice.notes, ...(fault ? [`${fault.message}. ${fault.remedy}`] : [])]
    return { ...setup, notes, path: found.library, version: found.version }
  } catch (error) {
    // One that is there and cannot be used says itself what to do.
    if (!(error instanceof PdfnetError) || error.code !== 'ERR_LIBRARY_MISSING') throw error
  }
  const installers = await findInstallers()
  const command = installCommand(installers, cuda)
  const takesFile = command.startsWith('tar ')
  return { ...setup, command, ...(takesFile && { download: enterpriseDownload }) }
}

/** A system older than the library says so now, not when an engine is built. */
async function checkLoads(path: string): Promise<void> {
  const { rtx } = (await addon().capabilities({ onnxruntime: [], tensorrt: [], rtx: [path] })).tensorrt
  if (rtx.found) return
  throw new PdfnetError('ERR_LIBRARY_LOAD', `${path} cannot be used here: ${rtx.reason}`, {
    remedy: 'TensorRT-RTX needs a system with glibc 2.28 or newer',
  })
}
