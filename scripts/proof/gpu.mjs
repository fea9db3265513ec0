/** What the driver's own program says of the GPU. */

import { execFile } from 'node:child_process'

/** The answer to a query of nvidia-smi for the first GPU: its fields, or undefined where there is none. */
export function queryGpu(...fields) {
  return new Promise((resolve) => {
    const args = [`--query-gpu=${fields.join(',')}`, '--format=csv,noheader,nounits', '--id=0']
    execFile('nvidia-smi', args, { timeout: 10_000 }, (error, stdout) =>
      resolve(error ? undefined : stdout.trim().split(', ')),
    )
  })
}

/** Mebibytes in use on the first GPU by all processes; NaN where it cannot be told. */
export async function gpuMemory() {
  const [used] = (await queryGpu('memory.used')) ?? []
  return Number(used)
}
