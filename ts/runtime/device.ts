/** Chooses the device, and says why it was that one. */

import { PdfnetError } from '../errors.js'
import type { Capabilities } from '../native.js'

export type DeviceName = 'tensorrt' | 'cpu'

export interface DeviceChoice {
  readonly name: DeviceName
  /** Why this one: for a person to read. */
  readonly reason: string
  /** Absolute path of the library that runs the engines. */
  readonly library: string
  readonly version: string
}

/** A device that is named and missing is an error, never a silent other one. */
export function chooseDevice(wanted: DeviceName | 'auto', { cpu, cuda }: Capabilities): DeviceChoice {
  const noGpu = cuda.devices.length === 0 ? cuda.reason : 'this version runs no TensorRT engines yet'
  if (wanted === 'tensorrt') {
    throw new PdfnetError('ERR_DEVICE_MISSING', `device 'tensorrt' cannot be used: ${noGpu}`, {
      remedy: "Run `npx pdfnet-trt doctor`, or open with device: 'cpu'",
    })
  }
  if (!cpu.found || cpu.path === undefined || cpu.version === undefined) {
    throw new PdfnetError('ERR_LIBRARY_MISSING', `the CPU device cannot be used: ${cpu.reason}`)
  }
  const reason = wanted === 'cpu' ? 'asked for by name' : `no GPU can be used: ${noGpu}`
  return { name: 'cpu', reason, library: cpu.path, version: cpu.version }
}
