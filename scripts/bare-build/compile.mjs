/** Compiles the bare build program, where the headers of TensorRT-RTX are. */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root, run } from '../steps.mjs'

/** Into that folder; resolves with its path. */
export async function compileBare(folder) {
  const headers = join(root, 'build/headers/rtx')
  if (!existsSync(headers)) throw new Error(`${headers} is not there: run npm run build:native`)
  const program = join(folder, 'bare-build')
  const source = join(root, 'scripts/bare-build/bare-build.cc')
  const shim = join(root, 'native/engine/tensorrt/cuda')
  await run('c++', ['-std=c++17', '-O2', '-isystem', headers, '-idirafter', shim, source, '-ldl', '-o', program])
  return program
}
