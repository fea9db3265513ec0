/**
 * `node scripts/test-gpu.mjs`: the tests that need a GPU, in Node's own runner: production dependencies and the built
 * project are enough. Skips, with the reason, where no GPU that TensorRT can use is here.
 */

import { readdirSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { root, runWhenMain } from './steps.mjs'

await runWhenMain(import.meta.url, async () => {
  const [{ capabilities }, { chooseDevice }] = await Promise.all([
    import('../dist/index.js'),
    import('../dist/runtime/index.js'),
  ])
  const found = await capabilities()
  try {
    console.log(chooseDevice('tensorrt', found).reason)
  } catch (error) {
    return console.log(`skipped: ${error.message}`)
  }
  const folder = join(root, 'build/test/gpu')
  const files = readdirSync(folder).filter((name) => name.endsWith('.gpu.js'))
  const words = ['--test', ...files.map((name) => join(folder, name))]
  const child = spawn(process.execPath, words, { cwd: root, stdio: 'inherit' })
  process.exitCode = await new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve(code ?? 1))
  })
})
