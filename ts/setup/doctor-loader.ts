/** What the doctor says of LD_LIBRARY_PATH and LD_PRELOAD: what they name wins over what we would have loaded. */

import { readdir } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Report } from './report.js'

const ours = /^lib(cuda|nvinfer\w*|nvonnxparser|tensorrt_\w+|onnxruntime\w*)\.so/

/** Libraries that are found by name alone: the driver's, and those that TensorRT itself loads, such as its plug-ins. */
export async function reportLoader(report: Report): Promise<void> {
  const { LD_PRELOAD: preload = '', LD_LIBRARY_PATH: path = '' } = process.env
  const preloaded = preload.split(/[ :]+/).filter((file) => ours.test(basename(file)))
  if (preloaded.length > 0) {
    const says = `${preloaded.join(', ')} is loaded before anything that is found here`
    report.warn('LD_PRELOAD', says, 'Run without LD_PRELOAD, or take those libraries out of it')
  }
  const shadows: string[] = []
  // An empty entry is the working folder.
  for (const folder of path === '' ? [] : path.split(/[:;]/).map((entry) => entry || '.')) {
    const file = (await readdir(folder).catch(() => [])).find((name) => ours.test(name))
    if (file !== undefined) shadows.push(`${folder} (${file})`)
  }
  if (shadows.length > 0) {
    const says = `${shadows.join(', ')} wins wherever a library is loaded by its name`
    report.warn(
      'LD_LIBRARY_PATH',
      says,
      'Name one TensorRT in TENSORRT_ROOT, and take the others out of LD_LIBRARY_PATH',
    )
  }
}
