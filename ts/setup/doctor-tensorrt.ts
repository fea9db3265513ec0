/** What the doctor says of the GPU, its driver and TensorRT. */

import type { Capabilities, Capability, GpuDevice } from '../native.js'
import {
  flavourFor,
  flavourNames,
  lacksResource,
  libraryName,
  runsOn,
  type Flavour,
  type PlacedLibrary,
  type TensorrtSearch,
} from '../tensorrt/index.js'
import { checkDriver } from './flavour.js'
import type { Report } from './report.js'
import type { Survey } from './search.js'
import { PdfnetError } from '../errors.js'

const setupCommand = 'npx pdfnet-trt setup tensorrt'
/** What the driver answers where it works and has nothing to drive. */
const noDevice = 'CUDA_ERROR_NO_DEVICE'

export function reportGpu(report: Report, { capabilities: { cuda } }: Survey): void {
  const { devices, path, reason, version } = cuda
  if (devices.length > 0) {
    const names = devices.map(({ name, computeCapability }) => `${name} (${computeCapability})`).join(', ')
    const says = `${names}; driver with CUDA ${version ?? 'of an unknown version'} in ${path ?? 'the system'}`
    const fault = driverFault(cuda)
    if (fault) report.warn('GPU', `${says}: ${fault.message}`, fault.remedy)
    else report.works('GPU', says)
  } else if (path === undefined) report.missing('GPU', reason)
  else if (reason.includes(noDevice) || !reason.includes('failed')) report.missing('GPU', `${path}: ${reason}`)
  else report.warn('GPU', `${path}: ${reason}`, 'Restart after a driver update; if it stays, install the driver again')
}

/** A line for each flavour, and one for each library that is there and not used. */
export function reportTensorrt(report: Report, { capabilities, tensorrt }: Survey): void {
  const { cuda } = capabilities
  const [gpu] = cuda.devices
  const fitting = flavourFor(cuda.devices)
  for (const flavour of ['enterprise', 'rtx'] as const) {
    const capability = capabilities.tensorrt[flavour]
    const used = tensorrt.libraries.find(({ library }) => library === capability.path)
    const hasFitting = fitting !== undefined && capabilities.tensorrt[fitting].found
    if (capability.found && gpu && !runsOn(flavour, gpu.computeCapability)) {
      const says = `${describe(flavour, capability, used)}: it has no code for compute capability ${gpu.computeCapability}`
      report.missing(flavourNames[flavour], says, hasFitting ? undefined : setupCommand)
    } else if (capability.found) reportFound(report, flavour, capability, used, gpu)
    else {
      const isNeeded = gpu !== undefined && flavour === fitting && !driverFault(cuda)
      reportAbsent(report, flavour, capability, tensorrt, isNeeded)
    }
    for (const other of tensorrt.libraries) {
      if (other.flavour === flavour && other !== used && capability.found) reportOther(report, other, capability)
    }
  }
}

function reportFound(
  report: Report,
  flavour: Flavour,
  capability: Capability,
  used: PlacedLibrary | undefined,
  gpu: GpuDevice | undefined,
): void {
  const [name, says] = [flavourNames[flavour], describe(flavour, capability, used)]
  const fault = used?.parserFault ?? (used && gpu && lacksResource(used, gpu.computeCapability))
  if (fault) report.warn(name, `${says}: ${fault.message}`, fault.remedy)
  else report.works(name, [says, ...untried(flavour, capability)].join('; '))
}

function describe(
  flavour: Flavour,
  { version = '', path = '', reason }: Capability,
  used: PlacedLibrary | undefined,
): string {
  const remark = reason === 'the first that was tried' ? '' : `; ${reason}`
  return `${libraryName({ flavour, version })} in ${path} (${places[used?.place ?? 'system']})${remark}`
}

/** See docs/gpu-proof.md: to be taken back for what was proved on a GPU. */
function untried(flavour: Flavour, { version = '' }: Capability): readonly string[] {
  if (flavour === 'enterprise' && version.startsWith('10.')) return []
  return ['pdfnet-trt has been tried on a GPU with TensorRT 10 only']
}

function reportAbsent(
  report: Report,
  flavour: Flavour,
  { reason }: Capability,
  { libraries }: TensorrtSearch,
  isNeeded: boolean,
): void {
  const fault = libraries.find((one) => one.flavour === flavour && one.fault)?.fault
  if (fault) report.warn(flavourNames[flavour], fault.message, fault.remedy)
  else report.missing(flavourNames[flavour], reason, isNeeded ? setupCommand : undefined)
}

function reportOther(report: Report, other: PlacedLibrary, used: Capability): void {
  const name = flavourNames[other.flavour]
  const { fault, library, version, place } = other
  if (fault) report.warn(name, fault.message, fault.remedy)
  else report.works(name, `${version} in ${library} (${places[place]}) is there too: ${used.path ?? ''} comes first`)
}

const places: Readonly<Record<PlacedLibrary['place'], string>> = {
  option: 'named',
  TENSORRT_ROOT: 'TENSORRT_ROOT',
  store: 'the store',
  system: 'the system',
  python: 'Python',
}

function driverFault(cuda: Capabilities['cuda']): PdfnetError | undefined {
  try {
    checkDriver(cuda)
    return undefined
  } catch (error) {
    if (error instanceof PdfnetError) return error
    throw error
  }
}
