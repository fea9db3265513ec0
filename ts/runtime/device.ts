/** Chooses the device, and says why it was that one. */

import { PdfnetError } from '../errors.js'
import type { Capabilities, GpuDevice } from '../native.js'
import { flavourFor, flavourNames, libraryName, runsOn, type Flavour } from '../tensorrt/index.js'

export type DeviceName = 'tensorrt' | 'cpu'

export interface DeviceChoice {
  readonly name: DeviceName
  /** Why this one: for a person to read. */
  readonly reason: string
  /** Absolute path of the library that runs the engines. */
  readonly library: string
  readonly version: string
  /** Of `tensorrt`. */
  readonly flavour?: Flavour
  /** Of `tensorrt`. */
  readonly gpu?: GpuDevice
}

/**
 * A device that is named and missing is an error, never a silent other one.
 * @param index of the GPU, as the driver counts. @default the first
 * @throws ERR_DEVICE_MISSING or ERR_LIBRARY_MISSING
 */
export function chooseDevice(wanted: DeviceName | 'auto', found: Capabilities, index?: number): DeviceChoice {
  if (wanted === 'cpu') return cpuChoice(found, 'asked for by name')
  const choice = tensorrtChoice(found, wanted, index)
  if (!(choice instanceof PdfnetError)) return choice
  if (wanted === 'tensorrt' || index !== undefined) throw choice
  return cpuChoice(found, `no GPU can be used: ${choice.message}`)
}

function cpuChoice({ cpu }: Capabilities, reason: string): DeviceChoice {
  const { path, version } = cpu
  if (cpu.found && path !== undefined && version !== undefined) return { name: 'cpu', reason, library: path, version }
  throw new PdfnetError('ERR_LIBRARY_MISSING', `the CPU device cannot be used: ${cpu.reason}`)
}

function tensorrtChoice(
  { cuda, tensorrt }: Capabilities,
  wanted: DeviceName | 'auto',
  index: number | undefined,
): DeviceChoice | PdfnetError {
  const { devices } = cuda
  const gpu = index === undefined ? devices[0] : devices.find((device) => device.index === index)
  if (!gpu) {
    const lack = devices.length === 0 ? cuda.reason : `there is no GPU ${index ?? 0} among ${devices.length}`
    return new PdfnetError('ERR_DEVICE_MISSING', lack, {
      remedy: "Run `npx pdfnet-trt doctor`, or open with device: 'cpu'",
    })
  }
  const name = `${gpu.name}, of compute capability ${gpu.computeCapability}`
  const fitting = flavourFor([gpu])
  if (!fitting) return new PdfnetError('ERR_DEVICE_MISSING', `TensorRT has no code for the ${name}: it begins at 7.5`)
  const other: Flavour = fitting === 'rtx' ? 'enterprise' : 'rtx'
  for (const flavour of [fitting, other]) {
    const { found, path, version } = tensorrt[flavour]
    if (!found || path === undefined || version === undefined || !runsOn(flavour, gpu.computeCapability)) continue
    const why = wanted === 'auto' ? 'the GPU here' : 'asked for by name'
    const reason = `${why}: ${name}, by ${libraryName({ flavour, version })}`
    return { name: 'tensorrt', reason, library: path, version, flavour, gpu }
  }
  return new PdfnetError(
    'ERR_LIBRARY_MISSING',
    `${flavourNames[fitting]}, which the ${name} needs, was not found: ${tensorrt[fitting].reason}`,
    { remedy: 'Run: npx pdfnet-trt setup tensorrt' },
  )
}
