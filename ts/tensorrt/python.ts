/** The folders of Python packages that carry TensorRT: where pip puts them. */

import { execFile } from 'node:child_process'
import { isAbsolute, join } from 'node:path'

/** Folders of packages: NVIDIA's own, and ONNX Runtime's plug-in for TensorRT-RTX. */
const packageFolders = ['tensorrt_libs', 'tensorrt_rtx_libs', 'onnxruntime_ep_nv_tensorrt_rtx']

const question = 'import site, sys; print(*sys.path, site.getusersitepackages(), sep="\\n")'
const limits = { timeout: 3000, maxBuffer: 64 << 10 } as const

/**
 * Asks python3, which is first on PATH, where its packages are; an environment that is active is Python's to know.
 * None where there is no Python, or it takes longer than three seconds.
 */
export async function sitePackages(): Promise<readonly string[]> {
  // -I: nothing of the working folder or PYTHONPATH is run.
  const said = await new Promise<string>((resolve) => {
    execFile('python3', ['-I', '-c', question], { ...limits, cwd: '/', killSignal: 'SIGKILL' }, (error, stdout) =>
      resolve(error ? '' : stdout),
    )
  })
  const paths = said.split('\n').filter((path) => isAbsolute(path))
  return [...new Set(paths)].flatMap((path) => packageFolders.map((name) => join(path, name)))
}
