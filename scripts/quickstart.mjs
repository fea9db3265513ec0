/** From a fresh clone to a matted photograph: prepares, mattes one, and says where it is and what made it. */

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { prepare } from './prepare.mjs'
import { root, run, runWhenMain, step } from './steps.mjs'

const photo = join(root, 'test/fixtures/photos/chelsea.png')
const out = join(root, 'out')

async function quickstart() {
  await prepare()
  await mkdir(out, { recursive: true })
  let report
  await step('matte', async () => {
    const stdout = await run(process.execPath, [join(root, 'dist/cli/main.js'), 'matte', photo, '-o', out, '--json'])
    report = JSON.parse(stdout.trim().split('\n').at(-1))
  })
  console.log(report)
}

await runWhenMain(import.meta.url, quickstart)
