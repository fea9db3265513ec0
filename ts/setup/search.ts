/** What this machine can compute with: where each library is looked for, and what the addon finds there. */

import { dirname } from 'node:path'
import { addon, type Capabilities, type Capability, type LibrarySearch } from '../native.js'
import { Store } from '../store/index.js'
import { flavourFor, searchTensorrt, type Flavour, type TensorrtSearch } from '../tensorrt/index.js'
import { findCpuLibrary } from './cpu.js'

/** For the CPU device only: TensorRT takes longer to look for. Rejects with an ERR_STORE… of the store. */
export async function librarySearch(store: Store): Promise<LibrarySearch> {
  const library = await findCpuLibrary(store)
  return { onnxruntime: library === undefined ? [] : [dirname(library)], tensorrt: [], rtx: [] }
}

export interface Survey {
  readonly capabilities: Capabilities
  readonly tensorrt: TensorrtSearch
}

/**
 * Looks for all libraries, and opens the first of each that may be used.
 * @param folder absolute: looks for TensorRT there and nowhere else
 * @throws ERR_ADDON_LOAD, ERR_ARGUMENT where TENSORRT_ROOT is relative, or an ERR_STORE… of the store
 */
export async function survey(store: Store, folder?: string): Promise<Survey> {
  const native = addon()
  const search = await librarySearch(store)
  const before = await native.capabilities(search)
  const tensorrt = await searchTensorrt(store, {
    folder,
    flavour: flavourFor(before.cuda.devices),
    cuda: usableCuda(before.cuda),
  })
  const usable = tensorrt.libraries.filter(({ fault }) => !fault)
  if (usable.length === 0) return { capabilities: withReasons(before, tensorrt), tensorrt }
  const filesOf = (wanted: Flavour): readonly string[] =>
    usable.filter(({ flavour }) => flavour === wanted).map(({ library }) => library)
  const after = await native.capabilities({ ...search, tensorrt: filesOf('enterprise'), rtx: filesOf('rtx') })
  return { capabilities: withReasons(after, tensorrt), tensorrt }
}

/**
 * What this machine can compute with: for CUDA, for each TensorRT flavour and for the CPU device, found or not, where,
 * which version, and why not.
 */
export async function capabilities(): Promise<Capabilities> {
  return (await survey(await Store.open())).capabilities
}

/** The driver's CUDA version, where there is a GPU that it drives. */
export function usableCuda({ devices, version }: Capabilities['cuda']): string | undefined {
  return devices.length > 0 ? version : undefined
}

/** The addon knows nothing of files that it was not given. */
function withReasons(found: Capabilities, search: TensorrtSearch): Capabilities {
  const { enterprise, rtx } = found.tensorrt
  return {
    ...found,
    tensorrt: { enterprise: withReason(enterprise, 'enterprise', search), rtx: withReason(rtx, 'rtx', search) },
  }
}

function withReason(capability: Capability, flavour: Flavour, { libraries }: TensorrtSearch): Capability {
  const there = libraries.filter((one) => one.flavour === flavour)
  if (there.some(({ fault }) => !fault)) return capability
  const faults = there.map(({ fault }) => fault!.message).join('; ')
  return { ...capability, reason: faults || "not in TENSORRT_ROOT, the store, the system or Python's packages" }
}
