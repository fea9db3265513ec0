/** The two flavours of TensorRT: what their files are called, and which GPUs each is for. */

import type { GpuDevice } from '../native.js'

export type Flavour = 'enterprise' | 'rtx'

export const flavourNames = { enterprise: 'TensorRT', rtx: 'TensorRT-RTX' } as const

/** Names of their files, before the version, and the major versions that can be used. */
export const flavourFiles = {
  rtx: { library: 'libtensorrt_rtx.so', parser: 'libtensorrt_onnxparser_rtx.so', majors: [1] },
  enterprise: { library: 'libnvinfer.so', parser: 'libnvonnxparser.so', majors: [11, 10] },
} as const

/** What TensorRT-RTX 1.5 and later build for. */
export const rtxCapabilities = ['7.5', '8.0', '8.6', '8.9', '12.0', '12.1'] as const

/** For messages: `TensorRT-RTX 1.7.1`. */
export function libraryName({ flavour, version }: { readonly flavour: Flavour; readonly version: string }): string {
  return `${flavourNames[flavour]} ${version}`
}

/** Whether that flavour has code for a GPU of that compute capability, such as `8.9`. */
export function runsOn(flavour: Flavour, computeCapability: string): boolean {
  if (flavour === 'rtx') return (rtxCapabilities as readonly string[]).includes(computeCapability)
  return compareVersions(computeCapability, '7.5') >= 0
}

/**
 * The flavour for the first GPU: Enterprise for those of data centres (8.0, 9.0, 10.x), RTX for the others and where
 * there is none, as it builds without. Undefined: TensorRT has no code for a GPU that old.
 */
export function flavourFor([gpu]: readonly Pick<GpuDevice, 'computeCapability'>[]): Flavour | undefined {
  if (!gpu) return 'rtx'
  const { computeCapability } = gpu
  if (runsOn('rtx', computeCapability) && computeCapability !== '8.0') return 'rtx'
  if (computeCapability.startsWith('12.')) return 'rtx'
  return runsOn('enterprise', computeCapability) ? 'enterprise' : undefined
}

/** Negative where `one` is the older: `1.7.1` and `1.10`, number by number. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [one, other].map((version) => version.split('.').map(Number))
  const at = a!.findIndex((number, index) => number !== (b![index] ?? 0))
  return at < 0 ? a!.length - b!.length : a![at]! - (b![at] ?? 0)
}
