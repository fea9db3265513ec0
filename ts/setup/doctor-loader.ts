/** What the doctor says of LD_LIBRARY_PATH and LD_PRELOAD: what they name wins over what we would have loaded. */

import { readdir, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Capabilities } from '../native.js'
import type { Report } from './report.js'

/** The one name by which the driver is loaded. Beside it lie others, for compilers. */
const driver = 'libcuda.so.1'
const ours = /^lib(cuda|nvinfer\w*|nvonnxparser|tensorrt_\w+|onnxruntime\w*)\.so/

/**
 * Libraries that are found by name alone: the driver's, and those that TensorRT itself loads, such as its plug-ins. Those
 * that are used anyway are no shadows.
 */
export async function reportLoader(report: Report, found: Capabilities): Promise<void> {
  const { LD_PRELOAD: preload = '', LD_LIBRARY_PATH: path = '' } = process.env
  const preloaded = preload.split(/[ :]+/).filter((file) => ours.test(basename(file)))
  if (preloaded.length > 0) {
    const says = `${preloaded.join(', ')} is loaded before anything that is found here`
    report.warn('LD_PRELOAD', says, 'Run without LD_PRELOAD, or take those libraries out of it')
  }
  // An empty entry is the working folder.
  const shadows = await shadowsIn(path === '' ? [] : path.split(/[:;]/).map((entry) => entry || '.'), found)
  if (shadows.length > 0) {
    const says = `${shadows.join(', ')} wins wherever a library is loaded by its name`
    const remedy =
      'Name the TensorRT to use in TENSORRT_ROOT, and take other folders of such files out of LD_LIBRARY_PATH'
    report.warn('LD_LIBRARY_PATH', says, remedy)
  }
}

/** The folders that hold another file than the one in use, and before any folder that holds this one; each with a file. */
async function shadowsIn(folders: readonly string[], found: Capabilities): Promise<readonly string[]> {
  const { cpu, cuda, tensorrt } = found
  const usedFolders = [tensorrt.enterprise, tensorrt.rtx, cpu].map(({ path }) => path && dirname(path))
  const differs = async (file: string): Promise<boolean> => {
    const real = await realpath(file).catch(() => undefined)
    if (real === undefined) return false
    return basename(file) === driver ? real !== cuda.path : !usedFolders.includes(dirname(real))
  }
  const shadows: string[] = []
  const seen = new Set<string>()
  for (const folder of folders) {
    const names = (await readdir(folder).catch(() => [])).filter(
      (name) => ours.test(name) && !seen.has(name) && (name === driver || !name.startsWith('libcuda.')),
    )
    const differing = await Promise.all(names.map(async (name) => ((await differs(join(folder, name))) ? [name] : [])))
    const [file] = differing.flat().sort()
    if (file !== undefined) shadows.push(`${folder} (${file})`)
    names.forEach((name) => seen.add(name))
  }
  return shadows
}
