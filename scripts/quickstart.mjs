/** From a fresh clone to a matted photograph: prepares, mattes one, and says where it is and what made it. */

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { prepare } from './prepare.mjs'
import { root, run, runWhenMain, step } from './steps.mjs'

const photo = join(root, 'test/fixtures/photos/coffee.png')
const out = join(root, 'out')
const cli = join(root, 'dist/cli/entry.cjs')
let report

async function quickstart() {
  await prepare()
  await mkdir(out, { recursive: true })
  await step('matte', async () => {
    report = JSON.parse(await run(process.execPath, [cli, 'matte', photo, '-o', out, '--json']))
    return Object.entries(report.timings)
      .map(([stage, milliseconds]) => `${stage} ${(milliseconds / 1000).toFixed(2)}`)
      .join(', ')
  })
  const { name, version, reason } = report.device
  console.log(`\npicture: ${report.outputs.cutout}`)
  console.log(`device:  ${name} (${version}), ${reason}`)
}

await runWhenMain(import.meta.url, quickstart)
