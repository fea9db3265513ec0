/** The device that runs a model here: what this machine has, and the choice among it. */

import { addon } from '../native.js'
import { chooseDevice, type ChainLibrary, type DeviceChoice, type DeviceName } from '../runtime/index.js'
import type { Store } from '../store/index.js'
import { librarySearch, survey } from './search.js'

export interface WantedDevice {
  /** @default 'auto' */
  readonly device?: DeviceName | 'auto' | undefined
  /** Index of the GPU, as the driver counts. @default the first */
  readonly gpu?: number | undefined
  /** Absolute folder of TensorRT: nowhere else is looked then. */
  readonly library?: string | undefined
}

export interface Device {
  readonly choice: DeviceChoice
  /** Of `tensorrt`: what builds and runs the engines. */
  readonly library?: ChainLibrary
}

/** @throws ERR_DEVICE_MISSING, ERR_LIBRARY_MISSING, ERR_ADDON_LOAD, ERR_ARGUMENT, or an ERR_STORE… of the store */
export async function findDevice(store: Store, { device = 'auto', gpu, library }: WantedDevice): Promise<Device> {
  const quick = await addon().capabilities(await librarySearch(store))
  // TensorRT takes longer to look for, and is of no use without a GPU.
  if (device === 'cpu' || quick.cuda.devices.length === 0) return { choice: chooseDevice(device, quick, gpu) }
  const { capabilities, tensorrt } = await survey(store, library)
  const choice = chooseDevice(device, capabilities, gpu)
  if (!choice.flavour) return { choice }
  const found = tensorrt.libraries.find((one) => one.library === choice.library)
  const { flavour, version } = choice
  return { choice, library: { library: choice.library, parser: found?.parser, flavour, version, gpu: choice.gpu } }
}
