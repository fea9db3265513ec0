/** Which TensorRT is for this machine: by the GPU's compute capability and the driver's CUDA version. */

import { PdfnetError } from '../errors.js'
import type { Capabilities } from '../native.js'
import { flavourFor, flavourNames, runsOn, type Flavour } from '../tensorrt/index.js'
import { pinnedLibraries } from './libraries.js'
import { rtxFor, type PinnedRtx } from './rtx.js'
import { usableCuda } from './search.js'

export interface FlavourChoice {
  readonly flavour: Flavour
  /** Why this one: for a person to read. */
  readonly reason: string
  /** What will not work here, or needs an option. */
  readonly notes: readonly string[]
}

/**
 * @param wanted taken even where it cannot run here, which is noted then: it may be meant for building
 * @throws ERR_DEVICE_MISSING where the GPU is too old for any TensorRT
 */
export function chooseFlavour({ devices, reason }: Capabilities['cuda'], wanted?: Flavour): FlavourChoice {
  const [gpu] = devices
  const fitting = flavourFor(devices)
  if (!gpu) {
    if (wanted === 'enterprise') {
      const notes = [`It builds and runs engines on a GPU only, and none is here: ${reason}`]
      return { flavour: wanted, reason: 'asked for', notes }
    }
    const because = wanted ? 'asked for' : `there is no GPU here, and it builds engines without one (${reason})`
    return { flavour: 'rtx', reason: because, notes: [] }
  }
  const name = `${gpu.name}, of compute capability ${gpu.computeCapability}`
  const flavour = wanted ?? fitting
  if (!flavour) {
    throw new PdfnetError('ERR_DEVICE_MISSING', `TensorRT has no code for ${name}: it begins at 7.5`, {
      remedy: 'Use the CPU device here; --flavour rtx still builds engines for other machines',
      details: { gpu: gpu.name, computeCapability: gpu.computeCapability },
    })
  }
  const notes: string[] = []
  if (!runsOn(flavour, gpu.computeCapability)) {
    const instead = fitting ? `, which needs ${flavourNames[fitting]}` : ''
    notes.push(`Its engines cannot run on the ${name}${instead}: they are for other machines`)
  } else if (flavour === 'rtx' && gpu.computeCapability === '7.5') {
    notes.push('Engines for this GPU have to be built for it by name: build-engine --targets 7.5')
  }
  return { flavour, reason: wanted ? 'asked for' : `it is the one for the ${name}`, notes }
}

/**
 * The wheel for the driver; where there is no GPU, the newest.
 * @param insisted a driver too old for all of them is noted, not an error
 * @throws ERR_DRIVER_OLD
 */
export function chooseRtx(
  cuda: Capabilities['cuda'],
  insisted: boolean,
): { readonly pinned: PinnedRtx; readonly notes: readonly string[] } {
  const all = pinnedLibraries().tensorrtRtx
  const [newest, oldest] = [all[0]!, all.at(-1)!]
  const driver = usableCuda(cuda)
  const pinned = rtxFor(driver)
  if (pinned === newest) return { pinned, notes: [] }
  const has = `the driver here has CUDA ${driver ?? 'of an unknown version'}`
  if (pinned) {
    const note = `The libraries for CUDA ${major(pinned)} were taken, as ${has}; with driver ${newest.driver} or newer, run this again`
    return { pinned, notes: [note] }
  }
  const error = driverTooOld(driver, oldest)
  if (!insisted) throw error
  return { pinned: oldest, notes: [`Its engines cannot run here yet: ${error.message}. ${error.remedy}`] }
}

/** @throws ERR_DRIVER_OLD where the driver is too old for any TensorRT that can be set up */
export function checkDriver(cuda: Capabilities['cuda']): void {
  const driver = usableCuda(cuda)
  if (!rtxFor(driver)) throw driverTooOld(driver, pinnedLibraries().tensorrtRtx.at(-1)!)
}

function driverTooOld(driver: string | undefined, oldest: PinnedRtx): PdfnetError {
  const message = `TensorRT needs CUDA ${oldest.cuda} or newer, and the driver here has ${driver ?? 'none'}`
  const remedy = `Update the NVIDIA driver to ${oldest.driver} or newer, ${pinnedLibraries().tensorrtRtx[0]!.driver} at best: https://www.nvidia.com/drivers`
  return new PdfnetError('ERR_DRIVER_OLD', message, { remedy, details: { driver, needed: oldest.cuda } })
}

function major({ cuda }: PinnedRtx): string {
  return cuda.split('.')[0]!
}
