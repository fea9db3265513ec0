/** Holds that the build program was compiled for the ABIs of TensorRT that are shipped: their headers were found. */

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root, runWhenMain } from './steps.mjs'

const shipped = ['trt11', 'rtx']

/** Those that a build program should have and has not. */
export function missingAbis(program) {
  const { output, error } = spawnSync(program, ['abis'], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    encoding: 'utf8',
  })
  if (error) throw new Error(`${program} could not be run: ${error.message}`)
  const names = JSON.parse(output[3]).names.split(', ')
  return shipped.filter((name) => !names.includes(name))
}

await runWhenMain(import.meta.url, () => {
  const missing = missingAbis(join(root, 'build/Release/pdfnet-trt-build'))
  if (missing.length > 0)
    throw new Error(`the build program lacks ${missing.join(', ')}: see scripts/fetch-headers.mjs`)
  console.log(`the build program has ${shipped.join(', ')}`)
})
