/** What the tests around TensorRT share: folders that look like an installation, and what the driver would say. */

import { copyFile, mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Capabilities } from '#dist/native.js'

const fakes = fileURLToPath(new URL('../../native/', import.meta.url))

export const rtxNames = ['libtensorrt_rtx.so.1.7.1', 'libtensorrt_onnxparser_rtx.so.1.7.1'] as const
export const enterpriseNames = [
  'libnvinfer.so.11.2.1',
  'libnvonnxparser.so.11.2.1',
  'libnvinfer_builder_resource_sm90.so.11.2.1',
] as const

/** Makes the folder, with libraries that say the version of their names, and a link of each for the loader. */
export async function writeLibraries(folder: string, names: readonly string[]): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  for (const name of names) {
    await copyFile(join(fakes, 'fake_tensorrt.so'), join(folder, name))
    const [, soname] = /^(.*\.so\.\d+)\./.exec(name) ?? []
    if (soname !== undefined) await symlink(name, join(folder, soname)).catch(() => undefined)
  }
  return folder
}

/** A folder with a driver whose answers are in PDFNET_FAKE_CUDA (see test/native/fake_cuda.cc). */
export async function writeDriver(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await copyFile(join(fakes, 'fake_cuda.so'), join(folder, 'libcuda.so.1'))
  return folder
}

/** @param version of CUDA, such as `12.4`; undefined: no driver */
export function cudaOf(version: string | undefined, ...computeCapabilities: readonly string[]): Capabilities['cuda'] {
  const devices = computeCapabilities.map((computeCapability, index) => ({
    index,
    name: `GPU ${index}`,
    computeCapability,
    totalBytes: 8e9,
  }))
  return {
    found: devices.length > 0,
    reason: devices.length > 0 ? "found by the system's loader" : 'libcuda.so.1: cannot open shared object file',
    ...(version !== undefined && { path: '/usr/lib/libcuda.so.1', version }),
    devices,
  }
}
